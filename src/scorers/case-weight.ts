import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { ScorerSpec } from "../domain/suite.ts";
import { fieldAt, wholeField } from "../domain/template.ts";

/** The weight of a scorer for one case, or the field that gives none. */
export type CaseWeight =
  | { readonly ok: true; readonly weight: number }
  | { readonly ok: false; readonly reason: string; readonly field: string | undefined };

/** A number stands for every case; a field may hold a number, or the text of one; `null` or nothing is 1. */
export function caseWeight(
  { weight, label }: Pick<ScorerSpec, "weight" | "label">,
  fields: JsonObject,
): CaseWeight {
  if (typeof weight === "number") return { ok: true, weight };
  const field = wholeField(weight);
  const value = field === undefined ? undefined : fieldAt(fields, field);
  const number = value === null || value === "" ? 1 : numberOf(value);
  if (number !== undefined) return { ok: true, weight: number };
  const shown = (JSON.stringify(value) ?? "nothing").slice(0, 60);
  return { ok: false, field, reason: `${label}: weight must be a number of at least 0 (it is ${shown})` };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}
