import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { ImportSource } from "../importer.ts";
import type { Notebook } from "../notebook.ts";
import type { RecordedSample } from "./recorded-run.ts";

/** A scorer that might be what the other tool scored by. */
interface Candidate {
  readonly scorer: string;
  /** As a suite writes them. */
  readonly options: JsonObject;
  /** The same for one sample. */
  optionsFor(sample: RecordedSample): JsonObject;
}

/** The scorer of a task, and what is to be told of it. */
export interface ChosenScorer {
  readonly scorer: JsonValue;
  tell(notes: Notebook): void;
}

/** Answers that are scored to choose by: enough to tell scorers apart. */
const MOST_SAMPLES = 2000;

/**
 * The scorer that agrees best with the recorded scores; the stricter one where two agree alike. `undefined` where no
 * expected answer is known.
 */
export async function chooseScorer(
  task: string,
  samples: readonly RecordedSample[],
  source: ImportSource,
): Promise<ChosenScorer | undefined> {
  const usable = samples.filter(({ expected }) => expected !== undefined);
  if (usable.length === 0 || usable.length < samples.length) return undefined;
  const judged = usable
    .filter(({ output, score }) => output !== undefined && score !== undefined)
    .slice(0, MOST_SAMPLES);
  let best: { readonly candidate: Candidate; readonly agreed: number } | undefined;
  for (const candidate of candidates(usable)) {
    const agreed = await agreement(candidate, { all: usable, judged, source });
    if (agreed !== undefined && (best === undefined || agreed > best.agreed)) best = { candidate, agreed };
  }
  if (best === undefined) return undefined;
  const { candidate, agreed } = best;
  return {
    scorer: { [candidate.scorer]: candidate.options },
    tell(notes) {
      const where = `task ${task}`;
      const share = `the scorer "${candidate.scorer}" agrees with ${agreed} of ${judged.length} recorded scores`;
      if (judged.length === 0)
        notes.review(
          where,
          `no score is recorded: "${candidate.scorer}" is a guess, choose the scorer yourself`,
        );
      else if (agreed < judged.length) notes.changed(where, `${share}; the others are scored anew`);
      else notes.review(where, `${share}: see that it is what you mean`);
    },
  };
}

/** On how many of the judged samples a candidate scores as recorded; `undefined` where a case does not suit it. */
async function agreement(
  candidate: Candidate,
  {
    all,
    judged,
    source,
  }: {
    readonly all: readonly RecordedSample[];
    readonly judged: readonly RecordedSample[];
    readonly source: ImportSource;
  },
): Promise<number | undefined> {
  for (const sample of all)
    if (source.refuses(candidate.scorer, candidate.optionsFor(sample)) !== undefined) return undefined;
  let agreed = 0;
  for (const sample of judged) {
    const fields = { expected: sample.expected ?? null };
    const given = { answer: sample.output ?? "", fields };
    const score = await source.scores(candidate.scorer, candidate.options, given);
    if (score !== undefined && Math.abs(score - (sample.score ?? 0)) < 1e-6) agreed += 1;
  }
  return agreed;
}

/** From strict to lenient: of those that agree alike the first is taken. */
function candidates(samples: readonly RecordedSample[]): readonly Candidate[] {
  const plain = (scorer: string, own: JsonObject = {}, key = "expected"): Candidate => ({
    scorer,
    options: { ...own, [key]: "{{ expected }}" },
    optionsFor: ({ expected }) => ({ ...own, [key]: expected ?? null }),
  });
  const most = Math.max(0, ...samples.map(({ choices }) => choices?.length ?? 0));
  const letters = Array.from({ length: Math.min(most, 26) }, (_, at) => String.fromCharCode(65 + at));
  const isChoice = most > 1 && samples.every(({ choices }) => choices?.length === most);
  return [
    plain("exact"),
    plain("exact", { ignore_case: true }),
    ...(isChoice ? [plain("choice", { options: letters })] : []),
    plain("numeric"),
    plain("json"),
    plain("contains", {}, "any"),
    plain("contains", { ignore_case: true }, "any"),
    plain("math"),
    plain("f1"),
  ];
}
