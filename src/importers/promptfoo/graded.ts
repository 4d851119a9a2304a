import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { asText, field, isList } from "../json-shape.ts";
import type { Made } from "./value-checks.ts";

/** How an assertion that a model grades is put to a judge. */
interface GradedKind {
  /** Options of the judge, of the assertion's rendered value. */
  put(value: JsonValue): JsonObject;
}

const rubric: GradedKind = {
  put: (value) => ({
    questions: [
      `Does the answer meet this requirement? ${isList(value) ? value.map(asText).join("\n") : asText(value)}`,
    ],
  }),
};
const factuality: GradedKind = {
  put: (value) => ({
    questions: ["Does the answer agree with the reference in its facts, without contradicting it anywhere?"],
    reference: asText(value),
  }),
};

const KINDS: ReadonlyMap<string, GradedKind> = new Map([
  ["llm-rubric", rubric],
  ["model-graded-closedqa", rubric],
  ["factuality", factuality],
  ["model-graded-factuality", factuality],
]);

const CHANGED = "a judge answers it with yes or no, by a prompt of its own";

/** Whether a model grades assertions of this type. */
export function isGraded(type: string): boolean {
  return KINDS.has(type);
}

/** The judge of an assertion; a text is why there is none. */
export function gradedCheck(type: string, value: JsonValue | undefined, judge: string): Made | string {
  const kind = KINDS.get(type);
  if (kind === undefined || value === undefined || value === null || value === "") return "it has no value";
  return { scorer: "judge", options: { model: judge }, values: kind.put(value), changed: CHANGED };
}

/** The provider that grades: of the assertion, or of its test. */
export function graderOf(assertion: JsonValue, testOptions: JsonObject): JsonValue | undefined {
  return field(assertion, "provider") ?? testOptions["provider"];
}
