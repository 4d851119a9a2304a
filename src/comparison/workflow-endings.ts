import type { ManifestModel } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";

/** How far answers got inside a workflow whose steps are no drafts, and what those that got there scored. */
export interface Ending {
  /** `all 2 prompts`, `prompt 1, refused`, `3 turns`, `step limit of 8`. */
  readonly name: string;
  readonly samples: number;
  /** Mean score of those that were judged; `undefined` where none was. */
  readonly score: number | undefined;
}

type EndingOf = (sample: ScoredSample) => string | undefined;

interface Group {
  samples: number;
  judged: number;
  sum: number;
}

/** More turns than these are told together. */
const MOST_TURNS = 10;

/** Counts how the answers of `chain` and `tools` ended, as scored samples pass by; by target in the end. */
export function startEndings(models: readonly Pick<ManifestModel, "name" | "workflow">[]) {
  const targets = new Map<string, { readonly of: EndingOf; readonly groups: Map<string, Group> }>();
  for (const { name, workflow } of models) {
    const of = endingOf(workflow);
    if (of !== undefined) targets.set(name, { of, groups: new Map() });
  }
  return {
    add: (sample: ScoredSample) => {
      const target = targets.get(sample.target);
      const ending = target?.of(sample);
      if (target === undefined || ending === undefined) return;
      const group = target.groups.get(ending) ?? { samples: 0, judged: 0, sum: 0 };
      target.groups.set(ending, group);
      group.samples += 1;
      if (sample.score === null) return;
      group.judged += 1;
      group.sum += sample.score;
    },
    endings: (): ReadonlyMap<string, readonly Ending[]> =>
      new Map([...targets].map(([name, { groups }]) => [name, listed(groups)])),
  };
}

function endingOf(workflow: ManifestModel["workflow"]): EndingOf | undefined {
  if (workflow?.name === "tools") {
    const { steps } = workflow.options;
    return (sample) => (typeof steps === "number" ? turnsEnding(sample, steps) : undefined);
  }
  if (workflow?.name !== "chain") return undefined;
  const { prompts } = workflow.options;
  return (sample) => (Array.isArray(prompts) ? promptsEnding(sample, prompts.length) : undefined);
}

/** A step that is refused or empty ends a chain with its outcome. */
function promptsEnding({ calls, outcome }: ScoredSample, prompts: number): string | undefined {
  if (calls === null) return undefined;
  return calls >= prompts ? `all ${prompts} prompts` : `prompt ${calls} of ${prompts}, ${outcome}`;
}

function turnsEnding({ calls, outcome, notes }: ScoredSample, steps: number): string | undefined {
  if (calls === null) return undefined;
  const missed = notes.includes("no-result") ? ", a call without a result" : "";
  if (notes.includes("step-limit")) return `step limit of ${steps}${missed}`;
  const many = calls > MOST_TURNS ? `more than ${MOST_TURNS}` : String(calls);
  const ended = outcome === "answered" ? "" : `, ${outcome}`;
  return `${many} ${calls === 1 ? "turn" : "turns"}${ended}${missed}`;
}

/** The most frequent first; of equals in the order of names, so that the same samples give the same bytes. */
function listed(groups: ReadonlyMap<string, Group>): readonly Ending[] {
  return [...groups]
    .map(([name, { samples, judged, sum }]) => ({
      name,
      samples,
      score: judged === 0 ? undefined : sum / judged,
    }))
    .sort((left, right) => right.samples - left.samples || (left.name < right.name ? -1 : 1));
}
