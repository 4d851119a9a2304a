import type { JsonObject, JsonValue } from "./json.ts";
import type { CanaryResult } from "./judge.ts";
import type { Price } from "./model.ts";
import type { StopChoice, Where } from "./suite.ts";

/** A workflow as the manifest keeps it. */
export interface ManifestWorkflow {
  readonly name: string;
  readonly options: JsonObject;
  /** The suite's model that it asks; absent in a run of an older version. */
  readonly of?: string | undefined;
  /** By model that it asks: the price row that its steps cost by; `null` is unknown. */
  readonly prices: { readonly [model: string]: Price | null };
}

/** A model as the manifest keeps it. */
export interface ManifestModel {
  readonly name: string;
  readonly backend: string;
  readonly model: string;
  readonly parameters: { readonly [name: string]: JsonValue };
  readonly repeats: number;
  readonly concurrency: number;
  /** The price row that costs were computed with; `null` is unknown. */
  readonly price: Price | null;
  readonly simulated: boolean;
  /** Asked through its provider's batches: no time was measured. */
  readonly batch: boolean;
  /** `null` for a model asked as it is. */
  readonly workflow: ManifestWorkflow | null;
}

/** A dataset as the manifest keeps it. */
export interface ManifestTask {
  readonly name: string;
  readonly dataset: string;
  readonly datasetHash: string;
  /** Cases of the dataset, before filters and limits. */
  readonly cases: number;
  /** Cases that this run planned. */
  readonly planned: number;
  readonly scorers: readonly string[];
}

/** One part of a run that is spread over machines. */
export interface Shard {
  /** 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** What was left out on purpose, so that a resumed run plans the same samples. */
export interface Selection {
  readonly tasks: readonly string[] | undefined;
  readonly models: readonly string[] | undefined;
  readonly cases: readonly string[] | undefined;
  readonly limit: number | undefined;
  /** Of what is left, only the cases of this shard; `undefined` is all. */
  readonly shard: Shard | undefined;
}

/** The cases of a task that some rule looks at, as counted before the first call. */
export interface PlannedSlice {
  readonly task: string;
  /** `null` is every case of the task. */
  readonly where: Where | null;
  readonly cases: number;
  /** What is independent: clusters, and cases that are in none. */
  readonly units: number;
  /** Cases of the largest unit. */
  readonly largest: number;
}

/** Whether and how a run may end before its last case: fixed before the first. */
export interface EarlyStopping {
  /** What the suite or the command line asked for. */
  readonly stop: StopChoice;
  readonly isOn: boolean;
  readonly cases: number;
  readonly units: number;
  /** Units with a must-pass case, which are asked first; 0 where that would be all of them. */
  readonly firstUnits: number;
  readonly slices: readonly PlannedSlice[];
  /** `null` where the run is not over, or went on to its last case. */
  readonly decided: {
    /** Cases after which every candidate was decided. */
    readonly cases: number;
    /** Planned samples that the decision did without: not asked, or on their way when it came. */
    readonly spared: number;
  } | null;
}

/** What a run has spent, its resumed parts included, and the budget that it was held to. */
export interface Spending {
  /** At most: a call that broke counts with the most that it could cost. `null` where a price is unknown. */
  readonly usd: number | null;
  readonly calls: number;
  readonly budgetUsd: number | null;
  readonly budgetCalls: number | null;
  /** The run stopped because the next call could have gone over the budget. */
  readonly capReached: boolean;
  /** The most that this next call could cost; `null` where money did not stop it. */
  readonly nextCallUsd: number | null;
}

/** A judge as the manifest keeps it. */
export interface ManifestJudge {
  readonly name: string;
  readonly backend: string;
  readonly model: string;
  readonly parameters: { readonly [name: string]: JsonValue };
  readonly price: Price | null;
  readonly simulated: boolean;
  /** The tasks whose scorers ask it. */
  readonly tasks: readonly string[];
  /** Questions that it was asked; the same one is asked once. */
  readonly calls: number;
  /** Of these, answered from the cache. */
  readonly cached: number;
  /** Questions that have no answer. */
  readonly failed: number;
  /** `null` is unknown. Answers from the cache cost what they once did. */
  readonly costUsd: number | null;
  readonly canaries: readonly CanaryResult[];
  /** It makes embeddings and gives no verdict; absent for every other judge. */
  readonly embeds?: boolean | undefined;
}

/** `run.json`: what was run, with what, and what came out. Versioned. */
export interface Manifest {
  readonly schema: 1;
  readonly id: string;
  readonly suite: {
    readonly name: string;
    readonly file: string;
    readonly hash: string;
    readonly text: string;
  };
  readonly evalsVersion: string;
  readonly seed: number;
  readonly models: readonly ManifestModel[];
  readonly judges: readonly ManifestJudge[];
  readonly tasks: readonly ManifestTask[];
  readonly selection: Selection;
  /** Ids of the shards that this run was merged from. */
  readonly mergedFrom?: readonly string[] | undefined;
  /** `running` and `interrupted` are resumable. */
  readonly state: "running" | "interrupted" | "finished";
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly host: { readonly platform: string; readonly node: string; readonly cpus: number };
  readonly totals: {
    readonly planned: number;
    readonly answered: number;
    readonly refused: number;
    readonly empty: number;
    readonly truncated: number;
    readonly failed: number;
    readonly skipped: number;
    readonly unscored: number;
    /** `null` when any price is unknown. */
    readonly costUsd: number | null;
  };
  /** `undefined` where no rule could end the run: without a gate, and in a run of an older version. */
  readonly early?: EarlyStopping | undefined;
  /** `undefined` in a run of an older version. */
  readonly spending: Spending | undefined;
  /** SHA-256 of `samples.jsonl` and `scores.jsonl` as finished; `null` while running. */
  readonly hashes: {
    readonly samples: string | null;
    /** `null` also where no judge was asked. */
    readonly judgements: string | null;
    readonly scores: string | null;
  };
  /** Which run of this suite on this machine: 1 is the first. */
  readonly attempt: number;
  readonly verdicts: JsonValue;
}
