import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { ScorerSpec } from "../domain/suite.ts";
import { renderText } from "../domain/template.ts";
import { isList } from "./json-equality.ts";

/** The scale on which people label what a judge judges: whole numbers from `low` to `high`. */
export interface JudgeScale {
  readonly low: number;
  readonly high: number;
  readonly meaning: string;
  /** What people are to go by, as the judge is told it. */
  readonly criteria: string;
}

/** Whether people can label what a scorer judges: not where it is inside of another scorer. */
export function isLabelled({ scorer, turns = "last" }: Pick<ScorerSpec, "scorer" | "turns">): boolean {
  return turns === "last" && (scorer === "judge" || scorer === "pairwise");
}

/** The scale of a scorer that asks judges; `undefined` for any other. */
export function judgeScale(spec: ScorerSpec, fields: JsonObject): JudgeScale | undefined {
  if (!isLabelled(spec)) return undefined;
  const { scorer, options } = spec;
  if (scorer === "pairwise") {
    return {
      low: -1,
      high: 1,
      meaning: "1: better than the baseline's answer, 0: as good, -1: worse",
      criteria: rendered(options["criteria"], fields),
    };
  }
  if (scorer !== "judge") return undefined;
  const questions = options["questions"];
  if (isList(questions)) {
    const all = questions.map((question) => rendered(question, fields));
    return { low: 0, high: all.length, meaning: "how many are answered yes", criteria: all.join(" ") };
  }
  const scale = options["scale"] ?? 5;
  if (typeof scale !== "number") return undefined;
  const anchors = Object.entries(options["anchors"] ?? {}).map(([step, words]) => `${step}: ${words}`);
  return {
    low: 1,
    high: scale,
    meaning: anchors.length === 0 ? `1: not at all, ${scale}: in full` : anchors.join(", "),
    criteria: rendered(options["rubric"], fields),
  };
}

/** A label on the scale as a score in [0, 1]. */
export function scoreOnScale(label: number, { low, high }: Pick<JudgeScale, "low" | "high">): number {
  return (label - low) / (high - low);
}

function rendered(text: JsonValue | undefined, fields: JsonObject): string {
  return typeof text === "string" ? renderText(text, fields) : "";
}
