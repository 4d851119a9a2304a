import type { Case } from "./dataset.ts";
import type { JsonValue } from "./json.ts";
import type { Judging } from "./judge.ts";
import type { Model, ParameterName, Parameters } from "./model.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { UserTurn } from "./prompt.ts";
import type { Message } from "./suite.ts";

/** One question to a model. */
export interface Request {
  readonly messages: readonly Message[];
  readonly parameters: Parameters;
  /** Which sample this is: what `replay`, `module` and `simulated` answer by. */
  readonly task: string;
  readonly case: Case;
  /** 0-based. */
  readonly repeat: number;
  /** Of a conversation: every turn of the user; `messages` end on the first. */
  readonly turns?: readonly UserTurn[] | undefined;
  /** Of a call within a conversation: which turn it answers, from 1. */
  readonly turn?: number | undefined;
  /** Of a call to a judge: what is asked of it. */
  readonly judging?: Judging | undefined;
  /**
   * Lets a call that a workflow makes of this request out, once the limits of the model that it asks allow it;
   * `undefined` where `signal` came first.
   */
  readonly open?:
    | ((model: string, messages: readonly Message[], signal: AbortSignal) => Promise<OpenedCall | undefined>)
    | undefined;
}

/** A call of a workflow that may be sent now. */
export interface OpenedCall {
  /** Hears what the server says about its limits. */
  told(limits: ToldLimits): void;
  /** The call is over. */
  close(outcome: Outcome): void;
}

/** Monotonic time and sleep, passed in so that tests own them. */
export interface Clock {
  /** Monotonic, ms, with fractions. */
  now(): number;
  /** Wall clock, ms since the epoch: for dates only, never for durations. */
  wall(): number;
  /** How long what is read at a moment may have lain there, because this process was busy, ms; absent where nobody watches. */
  lateMs?(at: number): number;
  /** Resolves after `ms`, by `now` never earlier, or rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Seeded chance: `next` is uniform in [0, 1). */
export interface Random {
  next(): number;
}

/** What a probe found before the first case. */
export type Probe =
  | { readonly ok: true; readonly notes: readonly string[] }
  | { readonly ok: false; readonly failure: Failure /** What to do about it. */; readonly hint: string };

/** What a server said about one of its limits: requests, or tokens. */
export interface ToldLimit {
  /** How many there are when none is used; `undefined` where it does not say. */
  readonly limit: number | undefined;
  readonly remaining: number;
  /** Until all are there again, ms. */
  readonly resetMs: number | undefined;
}

/** What a server said about its limits; `undefined` is nothing. */
export interface ToldLimits {
  readonly requests: ToldLimit | undefined;
  readonly tokens: ToldLimit | undefined;
}

/** A connection to one model. Never throws for what a server does: that is an `Outcome`. */
export interface Backend {
  /** One cheap check: key, host, model. At most 2 s, but for code of the user's own that loads longer. */
  probe(signal: AbortSignal): Promise<Probe>;
  /**
   * Asks once: no retries inside. `failed` on every transport fault; stops within moments of `signal`. `told` hears
   * what the server says about its limits, as soon as it says so.
   */
  ask(request: Request, signal: AbortSignal, told?: (limits: ToldLimits) => void): Promise<Outcome>;
  /** Nothing of it listens to a call's signal once the call is over, so that another call may be given the same one. */
  readonly forgetsSignals?: true;
  /** Loads a local model so that the first case does not pay for it; absent where there is nothing to warm. */
  warmUp?(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** One question of a batch. */
export interface BatchItem {
  /** Unique in the batch, at most 64 letters, digits, `-` and `_`. */
  readonly id: string;
  /** What the provider is sent for it: JSON. */
  readonly body: object;
}

/** What is known of a batch before it has a name. */
export interface BatchIntent {
  /** Ours alone: by it a batch is found whose creation was not answered. */
  readonly token: string;
  readonly items: number;
  /** Names of the run's other batches. */
  readonly known: readonly string[];
  /** When it was about to be sent, ms since the epoch. */
  readonly at: number;
}

/** A value, or the failure of the call that was to give it. */
export type Asked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

/** How far a batch is; `done` of `total` items where the provider says so. */
export interface BatchProgress {
  readonly isOver: boolean;
  readonly done: number | undefined;
  readonly total: number | undefined;
  /** Why it ended without all answers; `undefined` where it does not say. */
  readonly fault: string | undefined;
}

/** What a batch's results hold, in any order. */
export type BatchResult =
  | { readonly kind: "answer"; readonly id: string; readonly outcome: Outcome }
  /** A line that nothing can be made of. */
  | { readonly kind: "unreadable" }
  /** The reading broke off: what came before it stands. */
  | { readonly kind: "broken"; readonly failure: Failure };

/** A provider's queue of requests that are answered within a day, at a lower price. Calls once: no retries inside. */
export interface BatchBackend {
  /** Most items of a batch, and bytes of their bodies. */
  readonly mostItems: number;
  readonly mostBytes: number;
  item(id: string, request: Request): BatchItem;
  /** Creates a batch and gives its name. After a failure that is retryable it may be there all the same. */
  submit(intent: BatchIntent, items: readonly BatchItem[], signal: AbortSignal): Promise<Asked<string>>;
  /** The name of a batch whose creation was not answered; `undefined` where it was not created. */
  find(intent: BatchIntent, signal: AbortSignal): Promise<Asked<string | undefined>>;
  progress(name: string, signal: AbortSignal): Promise<Asked<BatchProgress>>;
  /** The results of a batch that is over. */
  results(name: string, signal: AbortSignal): AsyncIterable<BatchResult>;
  close(): Promise<void>;
}

/** Bounds what the large answers of a run take in memory, over all models. */
export interface Intake {
  /** An answer turns out to be a large one. Calls `goOn` where it waited to be read on and may be now. */
  begin(goOn: () => void): Reading;
}

/** A large answer that is being read. */
export interface Reading {
  /** It has so many characters by now; false where nothing more of it is to be read before `goOn`. */
  has(characters: number): boolean;
  /** It is whole, or broken. */
  end(): void;
}

/** What a backend is given by the composition root. */
export interface BackendEnvironment {
  readonly clock: Clock;
  /** Absent where answers are taken in as they come. */
  readonly intake?: Intake | undefined;
  /** Environment variables, for keys and hosts. */
  readonly variables: { readonly [name: string]: string | undefined };
  /** Directory of the suite file, for relative paths. */
  readonly directory: string;
  readonly seed: number;
}

/** How a backend serves several models of one host. */
export type Sharing =
  /** Any number at once. */
  | "parallel"
  /** One model after the other: alternating would reload weights. */
  | "one-model-at-a-time";

/** What every backend declares about itself, before it is loaded. */
export interface BackendCapabilities {
  /** Parameters that it can honour; another one in the suite is a fault. */
  readonly parameters: readonly ParameterName[];
  readonly sharing: Sharing;
  /** The key's default environment variable, if it needs one. */
  readonly keyVariable: string | undefined;
  /** Costs nothing but the machine: price 0 unless the suite says otherwise. */
  readonly local: boolean;
  /** The same request may be answered from the cache: false where the answer depends on more than the request. */
  readonly cacheable: boolean;
  /** Longest answer in tokens that is asked for where the suite sets none; absent where there is no limit. */
  readonly defaultMaxTokens?: number;
  /** The model id is only a label, for reports and prices: the model's name in the suite where none is given. */
  readonly modelIdOptional?: true;
  /** Answers are made up: labelled so on every screen and in every file. */
  readonly simulated: boolean;
  /** Options that leave less than the above; absent where none does. */
  readonly narrowed?: readonly Narrowing[];
}

/** What a backend cannot honour once one of its options has a certain value: a fault in the suite beside it. */
export interface Narrowing {
  readonly option: string;
  readonly value: JsonValue;
  readonly parameters: readonly ParameterName[];
  /** Other options of the backend that mean nothing then. */
  readonly options: readonly string[];
}

/** A backend on the shelf, as the engine and the suite see it. The wire code is imported by `connect`. */
export interface BackendDefinition {
  readonly name: string;
  readonly summary: string;
  readonly capabilities: BackendCapabilities;
  /** The files of the user's whose code it runs. */
  modules?(options: Model["options"]): readonly string[];
  /** Opens the connection; the SDK is imported here, not before. Throws a `Refusal` for a missing key or bad host. */
  connect(model: Model, environment: BackendEnvironment): Promise<Backend>;
  /** Opens the provider's batches; absent where it has none. Throws as `connect` does. */
  connectBatch?(model: Model, environment: BackendEnvironment): Promise<BatchBackend>;
}

/** The environment is unusable (no key, no such file): exit 4. */
export class Refusal extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.hint = hint;
  }
}
