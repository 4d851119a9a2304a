import type { JsonObject } from "../../domain/json.ts";
import { type AssertionPlace, mapAssertion } from "./assertions.ts";
import type { Check, Limit } from "./check.ts";
import type { PromptfooContext } from "./config.ts";
import { joinCode } from "./javascript.ts";
import type { PromptfooTest } from "./tests.ts";

/** A test with what its assertions have become. */
export interface ScoredTest {
  readonly test: PromptfooTest;
  readonly checks: readonly Check[];
  readonly limits: readonly Limit[];
}

/** Options of a test that change what is asked or judged by code or by order. */
const FATAL: { readonly [option: string]: string } = {
  transform: "its answers are transformed by code before they are judged",
  postprocess: "its answers are transformed by code before they are judged",
  storeOutputAs: "a later test is asked with its answer",
};
const KNOWN = new Set([
  "disableVarExpansion",
  "disableDefaultAsserts",
  "prefix",
  "suffix",
  "provider",
  "rubricPrompt",
]);

/** Every test that has something left to score its answer by; the others are told. */
export async function scoreTests(
  tests: readonly PromptfooTest[],
  config: JsonObject,
  { context, code, graders }: Pick<AssertionPlace, "context" | "code" | "graders">,
): Promise<readonly ScoredTest[]> {
  const scored: ScoredTest[] = [];
  for (const test of tests) {
    const fatal = Object.keys(test.options).find((option) => Object.hasOwn(FATAL, option));
    if (fatal !== undefined) {
      context.notes.leftOut(test.where, FATAL[fatal] ?? fatal);
      continue;
    }
    tellOptions(test, context);
    const place = {
      where: test.where,
      variables: test.variables,
      config,
      context,
      code,
      graders,
      options: test.options,
    };
    const found = await mapAll(test, place);
    if (found.checks.length > 0) scored.push({ test, ...found });
    else context.notes.leftOut(test.where, "nothing of it scores an answer");
  }
  return scored;
}

async function mapAll({ assertions, threshold }: PromptfooTest, place: AssertionPlace) {
  const checks: Check[] = [];
  const limits: Limit[] = [];
  for (const assertion of assertions) {
    const mapped = await mapAssertion(assertion, place);
    if (mapped.kind === "check") checks.push(mapped.check);
    else if (mapped.kind === "limit") limits.push(mapped.limit);
    else place.context.notes.leftOut(place.where, mapped.reason);
  }
  // All must hold, so they can be one; where a threshold makes a mean of them, each counts.
  return { limits, checks: threshold === undefined ? joinCode(checks, place.code) : checks };
}

function tellOptions({ where, options }: PromptfooTest, { notes }: PromptfooContext): void {
  for (const option of Object.keys(options)) {
    if (option === "ownProvider")
      notes.changed(where, "every model of the suite is asked, not its own provider alone");
    else if (!KNOWN.has(option)) notes.leftOut(where, `its option ${option} has no counterpart`);
  }
}
