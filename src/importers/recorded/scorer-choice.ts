import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { ImportSource } from "../importer.ts";
import { asText, listOf } from "../json-shape.ts";
import type { Notebook } from "../notebook.ts";
import type { RecordedSample } from "./recorded-run.ts";

/** A scorer that might be what the other tool scored by. */
interface Candidate {
  readonly scorer: string;
  /** As a suite writes them. */
  readonly options: JsonObject;
  /** The same for one sample. */
  optionsFor(sample: RecordedSample): JsonObject;
  /** What a case needs beside its expected answer. */
  fieldsFor?(expected: JsonValue): JsonObject;
}

/** The scorer of a task, and what is to be told of it. */
export interface ChosenScorer {
  readonly scorer: JsonValue;
  /** What a case needs beside its expected answer. */
  fieldsFor(expected: JsonValue): JsonObject;
  tell(notes: Notebook): void;
}

/** Answers that are scored to choose by: enough to tell scorers apart. */
const MOST_SAMPLES = 2000;
/** A scorer that agrees with fewer is not the one that was meant. */
const LEAST_AGREEMENT = 0.9;

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
    fieldsFor: (expected) => candidate.fieldsFor?.(expected) ?? {},
    tell(notes) {
      const where = `task ${task}`;
      const share = `the scorer "${candidate.scorer}" agrees with ${agreed} of ${judged.length} recorded scores`;
      if (judged.length === 0)
        notes.review(
          where,
          `no score is recorded: "${candidate.scorer}" is a guess, choose the scorer yourself`,
        );
      else if (agreed < LEAST_AGREEMENT * judged.length)
        notes.leftOut(
          where,
          `how it was scored: at best ${share}; choose the scorer yourself, a judge perhaps`,
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
    const expected = sample.expected ?? null;
    const fields = { expected, ...candidate.fieldsFor?.(expected) };
    const given = { answer: sample.output ?? "", fields };
    const score = await source.scores(candidate.scorer, candidate.options, given);
    if (score !== undefined && Math.abs(score - (sample.score ?? 0)) < 1e-6) agreed += 1;
  }
  return agreed;
}

/** As OpenAI Evals' Match: the answer begins with an expected text. */
const STARTS: Candidate = {
  scorer: "regex",
  options: { pattern: "{{ starts_with }}" },
  optionsFor: ({ expected }) => ({ pattern: startPattern(expected ?? null) }),
  fieldsFor: (expected) => ({ starts_with: startPattern(expected) }),
};

function startPattern(expected: JsonValue): string {
  const texts = listOf(expected).map((text) => asText(text).replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return `^(?:${texts.join("|")})`;
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
    STARTS,
    plain("contains", {}, "any"),
    plain("contains", { ignore_case: true }, "any"),
    plain("math"),
    plain("f1"),
  ];
}
