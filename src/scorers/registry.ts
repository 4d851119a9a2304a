import { all } from "./all.ts";
import { any } from "./any.ts";
import { bleu } from "./bleu.ts";
import { choice } from "./choice.ts";
import { classify } from "./classify.ts";
import type { FindScorer } from "./composition.ts";
import { contains } from "./contains.ts";
import { exact } from "./exact.ts";
import { f1 } from "./f1.ts";
import { instructions } from "./instructions.ts";
import { json } from "./json.ts";
import { judge } from "./judge.ts";
import { language } from "./language.ts";
import { length } from "./length.ts";
import { math } from "./math.ts";
import { mean } from "./mean.ts";
import { module } from "./module.ts";
import { numeric } from "./numeric.ts";
import { pairwise } from "./pairwise.ts";
import { refusal } from "./refusal.ts";
import { regex } from "./regex.ts";
import { rouge } from "./rouge.ts";
import type { Scorer } from "./scorer.ts";
import { semantic } from "./semantic.ts";
import { similarity } from "./similarity.ts";
import { sql } from "./sql.ts";
import { toolCalls } from "./tool-calls.ts";
import { unitTests } from "./unit-tests.ts";
import { xml } from "./xml.ts";
import { yaml } from "./yaml.ts";

const find: FindScorer = (name) => scorers.get(name);

const shelf = [
  exact,
  contains,
  regex,
  numeric,
  math,
  choice,
  classify,
  json,
  yaml,
  xml,
  f1,
  similarity,
  rouge,
  bleu,
  length,
  instructions,
  language,
  toolCalls,
  refusal,
  unitTests,
  sql,
  semantic,
  judge,
  pairwise,
  all(find),
  any(find),
  mean(find),
  module,
] as const satisfies readonly Scorer[];

/** The names that a suite may use. */
export type ScorerName = (typeof shelf)[number]["name"];

/** Every scorer, by name, in the order of the docs. */
export const scorers: ReadonlyMap<string, Scorer<ScorerName>> = new Map(
  shelf.map((scorer): [string, Scorer<ScorerName>] => [scorer.name, scorer]),
);
