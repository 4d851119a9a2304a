import { LARGE } from "../domain/characters.ts";
import type { ModelSettings } from "../domain/model.ts";
import type { Failure } from "../domain/outcome.ts";
import type { BackendEnvironment, Clock, Intake } from "../domain/ports.ts";
import { type Deadlines, type Due, startDeadlines } from "./deadlines.ts";
import { failure } from "./http-failure.ts";
import { charactersOf, type Growing, type LargeReading, startLargeReading } from "./large-reading.ts";

/** Watches one call: its total deadline, the silence between chunks, the caller's signal, and when it was on the wire. */
export interface CallGuard {
  readonly clock: Clock;
  /** Calls `cut` when the request is to end, for whichever of the three reasons; at once where it has to already. */
  onCut(cut: () => void): void;
  /** The request goes out now. */
  sent(): void;
  /** Something came now; says when that is, ms on the monotonic clock. The silence begins anew. */
  heard(): number;
  /** What came at a moment is read now. */
  reads(at: number): void;
  /** When that came which is being read. */
  heardAt(): number;
  /** The last byte of the answer came then. */
  ended(at: number): void;
  /** The answer, as far as it has come. */
  weighs(answer: Growing): void;
  /**
   * Whether more of a large answer is to be read now: `held` bytes are part of it already. Where not, `goOn` is called
   * once it may; that time is no silence of the server, and in none of the deadlines.
   */
  mayReadOn(held: number, goOn: () => void): boolean;
  /** Whether the reading has waited. */
  hasWaited(): boolean;
  /** When it was sent and ended, ms on the monotonic clock; now, for what has not happened. */
  times(): { readonly sentAt: number; readonly endedAt: number };
  /** Remembers the first fault of the wire; later ones are its consequences. */
  blame(fault: Failure): void;
  /** Why the call broke, if it did. */
  fault(): Failure | undefined;
  /** The caller's signal stopped it. */
  interrupted(): boolean;
  release(): void;
}

type Limits = Pick<ModelSettings, "timeoutMs" | "idleTimeoutMs">;

/** What the calls of one connection have in common. */
interface Watch {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly deadlines: Deadlines;
}

/**
 * Guards the calls of one connection, each from now on until its `release`. What a scorer asks may not wait for room:
 * the answers that take it wait for what is said there.
 */
export function startGuards(
  { clock, intake }: Pick<BackendEnvironment, "clock" | "intake">,
  limits: Limits,
): (caller: AbortSignal, mayWait: boolean) => CallGuard {
  const watch = { clock, limits, deadlines: startDeadlines(clock) };
  return (caller, mayWait) => new Guard(watch, caller, mayWait ? intake : undefined);
}

/** One object for a call, as there is one for each of a million: what it has to say is in its methods. */
class Guard implements CallGuard, Due {
  readonly clock: Clock;
  readonly #limits: Limits;
  readonly #deadlines: Deadlines;
  readonly #caller: AbortSignal;
  readonly #startedAt: number;
  #cut: (() => void) | undefined;
  #isCut: boolean;
  #sentAt: number | undefined;
  #heardAt: number;
  #readAt: number;
  #endedAt: number | undefined;
  #notBefore: number;
  #fault: Failure | undefined;
  readonly #intake: Intake | undefined;
  #answer: Growing | undefined;
  #reading: LargeReading | undefined;

  constructor({ clock, limits, deadlines }: Watch, caller: AbortSignal, intake: Intake | undefined) {
    this.clock = clock;
    this.#limits = limits;
    this.#deadlines = deadlines;
    this.#caller = caller;
    this.#intake = intake;
    const now = clock.now();
    this.#startedAt = now;
    this.#heardAt = now;
    this.#readAt = now;
    this.#notBefore = now;
    this.#isCut = caller.aborted;
    deadlines.watch(this);
    caller.addEventListener("abort", this, { once: true });
  }

  /** The caller's signal. */
  handleEvent(): void {
    this.#isCut = true;
    this.#cut?.();
  }

  onCut(cut: () => void): void {
    this.#cut = cut;
    if (this.#isCut) cut();
  }

  sent(): void {
    this.#sentAt = this.clock.now();
  }

  heard(): number {
    this.#heardAt = this.clock.now();
    return this.#heardAt;
  }

  reads(at: number): void {
    this.#readAt = at;
  }

  heardAt(): number {
    return this.#readAt;
  }

  ended(at: number): void {
    this.#endedAt = at;
  }

  weighs(answer: Growing): void {
    this.#answer = answer;
  }

  mayReadOn(held: number, goOn: () => void): boolean {
    const characters = held + (this.#answer === undefined ? 0 : charactersOf(this.#answer));
    if (this.#intake === undefined || characters < LARGE) return true;
    this.#reading ??= startLargeReading(this.#intake, this.clock, () => {
      this.#heardAt = this.clock.now();
      this.#deadlines.watch(this);
      goOn();
    });
    return this.#reading.mayGoOn(characters);
  }

  hasWaited(): boolean {
    return this.#reading !== undefined && this.#reading.waitedMs() > 0;
  }

  times(): ReturnType<CallGuard["times"]> {
    return { sentAt: this.#sentAt ?? this.clock.now(), endedAt: this.#endedAt ?? this.clock.now() };
  }

  blame(fault: Failure): void {
    this.#fault ??= fault;
  }

  fault(): Failure | undefined {
    return this.#fault;
  }

  interrupted(): boolean {
    return this.#caller.aborted;
  }

  release(): void {
    this.#reading?.end();
    this.#deadlines.forget(this);
    this.#caller.removeEventListener("abort", this);
  }

  dueAt(): number {
    if (this.#endedAt !== undefined || this.#reading?.isWaiting() === true) return Number.POSITIVE_INFINITY;
    return Math.max(this.#notBefore, Math.min(this.#totalAt(), this.#silentAt()));
  }

  goOn(lateMs: number): void {
    const { timeoutMs, idleTimeoutMs } = this.#limits;
    this.#notBefore = this.clock.now() + Math.min(lateMs, this.#isSilentFirst() ? idleTimeoutMs : timeoutMs);
  }

  expire(): void {
    const { timeoutMs, idleTimeoutMs } = this.#limits;
    this.blame(
      failure(
        "timeout",
        this.#isSilentFirst()
          ? `The server was silent for ${idleTimeoutMs} ms.`
          : `No complete answer within ${timeoutMs} ms.`,
      ),
    );
    this.handleEvent();
  }

  #totalAt(): number {
    return this.#startedAt + this.#limits.timeoutMs + (this.#reading?.waitedMs() ?? 0);
  }

  #silentAt(): number {
    return this.#heardAt + this.#limits.idleTimeoutMs;
  }

  #isSilentFirst(): boolean {
    return this.#silentAt() < this.#totalAt();
  }
}
