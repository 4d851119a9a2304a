import { z } from "zod";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { Score, ScorePart } from "../domain/score.ts";
import { allSoon, type Soon, soon } from "../domain/soon.ts";
import { templateFields } from "../domain/template.ts";
import { isList, isObject } from "./json-equality.ts";
import { scored, unscored } from "./judgement.ts";
import { namedParts } from "./parts.ts";
import { runScorer } from "./run-scorer.ts";
import {
  type CallPorts,
  defineScorer,
  type NamedJudge,
  type Scorer,
  type ScorerExample,
  type ScoringInput,
} from "./scorer.ts";

/** Finds a scorer on the shelf by its name. */
export type FindScorer = (name: string) => Scorer | undefined;

/** How the scores of the parts become one. */
export interface CompositionRule<Name extends string> {
  readonly name: Name;
  readonly summary: string;
  readonly examples: readonly ScorerExample[];
  /** The one score of values in [0, 1]. */
  combine(parts: readonly { readonly value: number; readonly weight: number }[]): number;
  /** The score that no unscored part could change. */
  readonly settledBy: number | undefined;
  /** Whether the parts' weights mean anything. */
  readonly weighs: boolean;
}

/** One part of a composition. */
interface Part {
  readonly label: string;
  readonly weight: number;
  readonly scorer: Scorer;
  readonly options: JsonObject;
}

const item = z.union([z.string(), z.record(z.string(), z.record(z.string(), z.json()))]);

/** A scorer made of other scorers. */
export function composition<const Name extends string>(
  rule: CompositionRule<Name>,
  find: FindScorer,
): Scorer<Name> {
  const options = z.strictObject({
    scorers: z
      .array(item)
      .min(1)
      .superRefine((items, context) => {
        for (const { path, message } of itemFaults(items, rule, find)) {
          context.addIssue({ code: "custom", message, path: [...path] });
        }
      })
      .describe(
        `Scorers as in a task: a name, or \`{ name: { options } }\`; each also takes \`name\`${rule.weighs ? " and `weight`" : ""}.`,
      ),
  });
  return defineScorer({
    name: rule.name,
    summary: rule.summary,
    options,
    examples: rule.examples,
    scoresRefusals: true,
    // Each part has its own time.
    boundsItself: true,
    engines: ({ scorers }) =>
      readParts(isList(scorers) ? scorers : [], find).flatMap(({ scorer, options }) =>
        scorer.engines(options),
      ),
    modules: ({ scorers }) =>
      readParts(isList(scorers) ? scorers : [], find).flatMap(({ scorer, options }) =>
        scorer.modules(options),
      ),
    judges: ({ scorers }) => judgesOf(scorers, find),
    fixed: ["scorers"],
    misplacedTemplates: (given) => misplacedInItems(given["scorers"], find),
    complete: (given) => ({ ...given, scorers: completeItems(given["scorers"], find) }),
    check({ scorers }) {
      const faults = readParts(scorers, find).flatMap(({ label, scorer, options }) => {
        const bound = scorer.bind(options);
        return bound.ok ? [] : [`${label}: ${bound.reason}`];
      });
      return faults.length === 0 ? undefined : faults.join("; ");
    },
    score({ options: { scorers }, ...input }, ports) {
      const judged = readParts(scorers, find).map((part) =>
        soon(judge(part, input, ports), (score): JudgedPart => ({ part, score })),
      );
      return soon(allSoon(judged), (parts) => combineParts(rule, parts));
    },
    ofNothing: ({ scorers }) => ({
      parts: scoreParts(
        readParts(scorers, find).flatMap((part) => {
          const bound = part.scorer.bind(part.options);
          return bound.ok ? [{ part, score: bound.scoreNothing("there is no answer") }] : [];
        }),
      ),
    }),
  });
}

/** A score of 0 for a refusal, as everywhere, unless refusals are what the part judges. */
function judge({ scorer, options }: Part, input: ScoringInput, ports: CallPorts): Soon<Score> {
  const bound = scorer.bind(options);
  if (!bound.ok) return unscored("bad-options", bound.reason);
  if (input.refused && !scorer.scoresRefusals)
    return bound.scoreNothing("the model refused (outcome refused)");
  return runScorer(bound, input, ports);
}

interface JudgedPart {
  readonly part: Part;
  readonly score: Score;
}

function combineParts(
  { combine, settledBy }: Pick<CompositionRule<string>, "combine" | "settledBy">,
  judged: readonly JudgedPart[],
): Score {
  const known = judged.flatMap(({ part, score }) =>
    score.kind === "scored" ? [{ weight: part.weight, score }] : [],
  );
  const open = judged.find(({ score }) => score.kind === "unscored");
  const reason = judged.map(partText).join("; ");
  const parts = scoreParts(judged);
  const value = combine(known.map(({ weight, score }) => ({ weight, value: score.score })));
  if (open !== undefined && (known.length === 0 || value !== settledBy)) {
    const code = open.score.kind === "unscored" ? open.score.code : "scorer-crashed";
    return { ...unscored(code, reason), parts };
  }
  const mended = combine(
    known.map(({ weight, score }) => ({ weight, value: score.ifFormatFixed ?? score.score })),
  );
  const lost = known.filter(({ score, weight }) => score.score < 1 && weight > 0);
  const isFormat = value < 1 && lost.some(({ score }) => score.fault === "format");
  const isWrong = lost.some(({ score }) => score.fault === "wrong") && mended < 1;
  if (!isFormat || isWrong) return { ...scored(value, reason), parts };
  return { kind: "scored", score: value, fault: "format", reason, ifFormatFixed: mended, parts };
}

/** Every part, and the parts of each under its name. */
function scoreParts(judged: readonly JudgedPart[]): readonly ScorePart[] {
  const all = judged.flatMap(({ part: { label, weight }, score }): ScorePart[] => [
    {
      name: label,
      score: score.kind === "scored" ? score.score : null,
      weight,
      ...(score.kind === "scored" && score.labels !== undefined ? { labels: score.labels } : {}),
    },
    ...(score.parts ?? []).map((inner) => ({ ...inner, name: `${label}.${inner.name}` })),
  ]);
  return namedParts(all);
}

function partText({ part, score }: JudgedPart): string {
  const value = score.kind === "scored" ? Number(score.score.toFixed(3)) : "unscored";
  return `${part.label} ${value} (${score.reason})`;
}

/** What is written of one item: a scorer's name and its options, `name` and `weight` among them. */
function entryOf(given: JsonValue): readonly [name: string, options: JsonObject] | undefined {
  if (typeof given === "string") return [given, {}];
  const entries = isObject(given) ? Object.entries(given) : [];
  const [entry] = entries;
  return entry !== undefined && entries.length === 1 && isObject(entry[1]) ? [entry[0], entry[1]] : undefined;
}

function readParts(items: readonly JsonValue[], find: FindScorer): readonly Part[] {
  return items.flatMap((given) => {
    const entry = entryOf(given);
    const scorer = entry && find(entry[0]);
    if (entry === undefined || scorer === undefined) return [];
    const { name: label = entry[0], weight = 1, ...options } = entry[1];
    return [{ label: String(label), weight: Number(weight), scorer, options }];
  });
}

function completeItems(items: JsonValue | undefined, find: FindScorer): JsonValue {
  if (!isList(items)) return items ?? [];
  return items.map((given): JsonValue => {
    const entry = entryOf(given);
    const scorer = entry && find(entry[0]);
    if (entry === undefined || scorer === undefined) return given;
    const { name, weight, ...options } = entry[1];
    const own = { ...(name !== undefined && { name }), ...(weight !== undefined && { weight }) };
    return { [entry[0]]: { ...own, ...scorer.complete(options) } };
  });
}

function judgesOf(items: JsonValue | undefined, find: FindScorer): readonly NamedJudge[] {
  return (isList(items) ? items : []).flatMap((given, at) => {
    const entry = entryOf(given);
    if (entry === undefined) return [];
    const [name, options] = entry;
    const judges = find(name)?.judges(options) ?? [];
    return judges.map((named) => ({ ...named, path: ["scorers", at, name, ...named.path] }));
  });
}

/** A case may set options of a part; which scorer it is, and its name, are the suite's to say. */
function misplacedInItems(items: JsonValue | undefined, find: FindScorer): readonly ItemFault[] {
  if (!isList(items)) return [];
  const message = "takes no template: a case is data and does not say what is run";
  return items.flatMap((given, at): readonly ItemFault[] => {
    if (typeof given === "string")
      return templateFields(given).length > 0 ? [{ path: ["scorers", at], message }] : [];
    const [name, options] = entryOf(given) ?? [];
    if (name === undefined || options === undefined) return [];
    const label = options["name"];
    const isByCase = typeof label === "string" && templateFields(label).length > 0;
    const own = isByCase ? [{ path: ["name"], message: "name must be the same for every case" }] : [];
    const inner = find(name)?.misplacedTemplates(options) ?? [];
    return [...own, ...inner].map((fault) => ({ ...fault, path: ["scorers", at, name, ...fault.path] }));
  });
}

interface ItemFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Rule = Pick<CompositionRule<string>, "name" | "weighs">;

function itemFaults(items: readonly JsonValue[], rule: Rule, find: FindScorer): readonly ItemFault[] {
  const parts = readParts(items, find);
  const labels = parts.map(({ label }) => label);
  const repeated = labels.find((label, at) => labels.indexOf(label) !== at);
  const twice = repeated === undefined ? [] : [{ path: [], message: `two parts are named "${repeated}"` }];
  const isWeightless = parts.length > 0 && parts.every(({ weight }) => weight === 0);
  const weightless = isWeightless ? [{ path: [], message: "every weight is 0: there is no score" }] : [];
  return [...twice, ...weightless, ...items.flatMap((given, at) => faultsOf(given, at, { rule, find }))];
}

function faultsOf(
  given: JsonValue,
  at: number,
  { rule, find }: { readonly rule: Rule; readonly find: FindScorer },
): readonly ItemFault[] {
  const entry = entryOf(given);
  if (entry === undefined)
    return [{ path: [at], message: "write one scorer per item: a name, or { name: { options } }" }];
  const [name, { name: label, weight = 1, ...options }] = entry;
  const scorer = find(name);
  if (scorer === undefined) return [{ path: [at], message: `there is no scorer "${name}"` }];
  const faults: ItemFault[] = [];
  if (!rule.weighs && Object.hasOwn(entry[1], "weight")) {
    const message = `weight means nothing in ${rule.name}: use mean`;
    faults.push({ path: [at, name, "weight"], message });
  } else if (typeof weight !== "number" || !Number.isFinite(weight) || weight < 0) {
    faults.push({ path: [at, name, "weight"], message: "weight must be a number of at least 0" });
  }
  if (label !== undefined && (typeof label !== "string" || label === ""))
    faults.push({ path: [at, name, "name"], message: "name must be a text" });
  const parsed = scorer.schema.safeParse(scorer.complete(options));
  for (const { path, message } of parsed.error?.issues ?? []) {
    faults.push({ path: [at, name, ...path.filter((step) => typeof step !== "symbol")], message });
  }
  return faults;
}
