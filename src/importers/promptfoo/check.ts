import type { JsonObject, JsonValue } from "../../domain/json.ts";

/** One scorer of one test, made of an assertion. */
export interface Check {
  readonly scorer: string;
  /** Options that are the same whatever the case. */
  readonly options: JsonObject;
  /** Options that an assertion's value makes: rendered over the test's variables. */
  readonly values: JsonObject;
  /** The values as they were written, where they are a template: for a suite whose cases all share it. */
  readonly templates: { readonly [option: string]: string };
  readonly label: string;
  readonly weight: number;
}

/** A limit of an assertion that holds for a run, not for an answer. */
export interface Limit {
  readonly metric: "cost" | "latency_p95";
  readonly atMost: number;
}

/** What an assertion becomes. */
export type Mapped =
  | { readonly kind: "check"; readonly check: Check }
  | { readonly kind: "limit"; readonly limit: Limit }
  | { readonly kind: "left-out"; readonly reason: string };

/** Code, judges and models of embeddings are named by the suite alone, never by a case. */
export function isNamed({ scorer }: Check): boolean {
  return scorer === "module" || scorer === "judge" || scorer === "semantic";
}

export function leftOut(reason: string): Mapped {
  return { kind: "left-out", reason };
}

/** A check as a suite writes it, with its options filled in. */
export function scorerItem({ scorer, label, weight }: Check, options: JsonObject): JsonValue {
  const named = label === scorer ? {} : { name: label };
  const weighed = weight === 1 ? {} : { weight };
  return { [scorer]: { ...named, ...weighed, ...options } };
}
