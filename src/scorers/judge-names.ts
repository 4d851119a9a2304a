import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import { isList } from "./json-equality.ts";
import type { CanaryForm, NamedJudge } from "./scorer.ts";

const name = z.string().min(1);

/** The option that names the judge, or several. */
export const judgeNames = z
  .union([name, z.array(name).min(1).max(9)])
  .transform((given) => (typeof given === "string" ? [given] : given))
  .refine((names) => new Set(names).size === names.length, "name each judge once")
  .describe("The judge: a model of the suite or one of its `judges`; or a list of them.");

/** The judges that the option `model` names. */
export function namedJudges(given: JsonValue | undefined, form: CanaryForm): readonly NamedJudge[] {
  if (typeof given === "string") return [{ path: ["model"], judge: given, form }];
  if (!isList(given)) return [];
  return given.flatMap((judge, at) =>
    typeof judge === "string" ? [{ path: ["model", at], judge, form }] : [],
  );
}
