import { nearest } from "../../domain/nearest.ts";
import { type Command, type Invocation, UsageError } from "../command.ts";
import { EXIT, type ExitCode, exitOfCode } from "../exit-code.ts";
import { codeList, explanationText } from "../explanation-text.ts";
import type { Explanation } from "../explanations/explanation.ts";
import { EXPLANATIONS } from "../explanations/registry.ts";
import { isSet } from "../flag-values.ts";

/** `evals explain`: the long form of a code, offline; without one, the list of all. */
export const explain: Command = {
  name: "explain",
  arguments: "[CODE…]",
  positionals: { min: 0, max: 100 },
  summary: "What a code such as E1203 means, why evals stops there and what to do",
  flags: {},
  examples: ["evals explain E1203", "evals explain 2001 2002", "evals explain"],
  run: async (invocation) => explainCodes(invocation),
};

const WIDTH = 80;

function explainCodes({ positionals, flags, io }: Invocation): ExitCode {
  const chosen = positionals.length === 0 ? EXPLANATIONS : found(positionals);
  if (isSet(flags, "json")) {
    io.out(`${JSON.stringify({ schema: 1, command: "explain", codes: chosen.map(explanationJson) })}\n`);
    return EXIT.ok;
  }
  const { color, program, isTty, columns } = io;
  const style = { color, program, width: isTty ? columns : WIDTH };
  if (positionals.length === 0) io.out(codeList(style));
  else io.out(chosen.map((one) => explanationText(one, style)).join("\n\n"));
  return EXIT.ok;
}

/** What was asked for, each once, in the order asked. Throws a `UsageError` that names every code that there is not. */
function found(asked: readonly string[]): readonly Explanation[] {
  const codes = [...new Set(asked.map(codeOf))];
  const unknown = codes.filter((code) => EXPLANATIONS.every((one) => one.code !== code));
  if (unknown.length === 0)
    return codes.flatMap((code) => EXPLANATIONS.find((one) => one.code === code) ?? []);
  const near = [...new Set(unknown.flatMap(nearCodes))];
  throw new UsageError(
    `there is no code ${unknown.map((code) => `"${code}"`).join(", ")}`,
    near.length === 0
      ? "evals explain lists all codes."
      : `Did you mean ${near.join(", ")}? evals explain lists all codes.`,
  );
}

function codeOf(asked: string): string {
  return asked.toUpperCase().replace(/^(?=\d)/, "E");
}

const MOST_NEAR = 3;

/** Codes that begin with what was typed, that have its digits in another order, or that are a letter away from it. */
function nearCodes(code: string): readonly string[] {
  const all = EXPLANATIONS.map((one) => one.code);
  const begun = code.length > 2 ? all.filter((one) => one.startsWith(code)) : [];
  const swapped = all.filter((one) => digits(one) === digits(code));
  const close = nearest(code, all);
  return [...new Set([...begun, ...swapped, ...(close === undefined ? [] : [close])])].slice(0, MOST_NEAR);
}

function digits(code: string): string {
  return [...code].sort().join("");
}

function explanationJson({ code, title, means, why, steps, cost }: Explanation): object {
  const todo = steps.map(({ text, paste }) => ({ text, paste: paste ?? null }));
  return { code, title, means, why, steps: todo, cost, exit: exitOfCode(code) };
}
