import type { OutcomeKind } from "../domain/outcome.ts";
import { wrapped } from "../reports/terminal-text.ts";
import type { Io } from "./io.ts";
import { safe } from "./safe-text.ts";

/** What one sample adds to the progress of its model. */
export interface ProgressSample {
  readonly target: string;
  readonly outcome: OutcomeKind;
  /** `null` is unknown. */
  readonly costUsd: number | null;
  /** From the answer cache: not paid for now. */
  readonly cached: boolean;
}

interface ModelProgress {
  done: number;
  /** Of those done, what no call of now brought. */
  known: number;
  /** Nothing is sent before this moment, ms. */
  waitsUntil: number;
  failed: number;
  costUsd: number;
  costUnknown: boolean;
}

/** A live view of a run: redrawn in place on a terminal, a line every 30 s elsewhere. */
export interface Progress {
  sample(sample: ProgressSample): void;
  /** A sample that is there without a call of now: it says nothing about how fast the calls are. */
  known(model: string): void;
  /** A line that stays: a pause, a notice. */
  notice(text: string): void;
  /** A line that stays, and on a terminal a countdown. */
  waiting(wait: { readonly model: string; readonly untilMs: number; readonly reason: string }): void;
  /** Clears the live lines and stops the timer. */
  stop(): void;
}

const REDRAW_MS = 100;
const HEARTBEAT_MS = 30_000;

/** Starts the view. `planned` is the number of samples per model; `now` is monotonic, ms. */
export function startProgress(planned: ReadonlyMap<string, number>, io: Io, now: () => number): Progress {
  const startedAt = now();
  const models = new Map<string, ModelProgress>();
  for (const name of planned.keys()) models.set(name, startOfModel());
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) io.err(`\r\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const width = Math.max(...[...models.keys()].map((name) => name.length));
    const lines = [...models].map(([name, model]) =>
      fitting(
        `${safe(name.padEnd(width))}  ${progressText(model, planned.get(name) ?? 0, { startedAt, now: now() })}`,
        io.columns - 1,
      ),
    );
    erase();
    io.err(`${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const beat = () => io.err(`${heartbeat(models, planned, { startedAt, now: now() })}\n`);
  const notice = (text: string) => {
    erase();
    io.err(`${wrapped(safe(text))}\n`);
  };
  const timer = setInterval(io.isTty ? draw : beat, io.isTty ? REDRAW_MS : HEARTBEAT_MS);
  timer.unref();
  return {
    sample: ({ target, outcome, costUsd, cached }) => {
      const model = models.get(target);
      if (model === undefined) return;
      model.done += 1;
      if (outcome === "failed") model.failed += 1;
      if (cached) return;
      if (costUsd === null) model.costUnknown = true;
      else model.costUsd += costUsd;
    },
    known: (name) => {
      const model = models.get(name);
      if (model !== undefined) model.known += 1;
    },
    notice,
    waiting: ({ model: name, untilMs, reason }) => {
      const model = models.get(name);
      if (model !== undefined) model.waitsUntil = untilMs;
      notice(`${name} waits ${seconds((untilMs - now()) / 1000)}: ${reason}`);
    },
    stop: () => {
      clearInterval(timer);
      erase();
    },
  };
}

function startOfModel(): ModelProgress {
  return {
    done: 0,
    known: 0,
    waitsUntil: Number.NEGATIVE_INFINITY,
    failed: 0,
    costUsd: 0,
    costUnknown: false,
  };
}

function progressText(
  model: ModelProgress,
  planned: number,
  { startedAt, now }: { readonly startedAt: number; readonly now: number },
): string {
  const { done, failed, waitsUntil } = model;
  const rate = Math.max(0, done - model.known) / Math.max((now - startedAt) / 1000, 1e-3);
  const waits = waitsUntil > now && done < planned;
  const pace = waits
    ? `waits ${seconds((waitsUntil - now) / 1000)}`
    : `${rate.toFixed(rate < 10 ? 1 : 0)} calls/s`;
  const left = rate > 0 && !waits && done < planned ? `, ${seconds((planned - done) / rate)} left` : "";
  const fails = failed > 0 ? `, ${failed} failed` : "";
  return `${String(done).padStart(String(planned).length)}/${planned}  ${pace}  ${cost(model)}${fails}${left}`;
}

/** As much of a line as takes no more than that many columns: one that wraps could not be drawn over. */
function fitting(text: string, columns: number): string {
  let [taken, room] = ["", columns];
  for (const character of text) {
    // East Asian characters and emoji take two.
    room -=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
    if (room < 0) break;
    taken += character;
  }
  return taken;
}

function heartbeat(
  models: ReadonlyMap<string, ModelProgress>,
  planned: ReadonlyMap<string, number>,
  { startedAt, now }: { readonly startedAt: number; readonly now: number },
): string {
  const parts = [...models].map(
    ([name, model]) =>
      `${safe(name)} ${model.done}/${planned.get(name) ?? 0} ${cost(model)}${model.waitsUntil > now ? `, waits ${seconds((model.waitsUntil - now) / 1000)}` : ""}`,
  );
  return `${seconds((now - startedAt) / 1000)}: ${parts.join("; ")}`;
}

function cost(model: ModelProgress): string {
  return model.costUnknown ? "cost unknown" : `$${model.costUsd.toFixed(model.costUsd < 1 ? 4 : 2)}`;
}

/** `75` → `1 min 15 s`. */
export function seconds(value: number): string {
  const whole = Math.ceil(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
