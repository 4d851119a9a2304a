import { WIDTH, wrappedTo } from "../reports/terminal-text.ts";
import { exitOfCode } from "./exit-code.ts";
import type { Explanation, Step } from "./explanations/explanation.ts";
import { GROUPED } from "./explanations/registry.ts";
import { pasteable } from "./program-name.ts";

/** How explanations are shown. */
export interface ExplanationStyle {
  readonly color: boolean;
  readonly width: number;
  /** What starts this program, for the commands. */
  readonly program: string;
}

/** What an exit code says, in words. */
const EXITS: { readonly [code: number]: string } = {
  2: "bad input: nothing was sent",
  4: "the environment is unusable",
  5: "a bug in evals",
};

/** The exit code of a code, and what it says. */
export function exitText(code: string): string {
  const exit = exitOfCode(code);
  return `${exit}, ${EXITS[exit]}`;
}

/** An explanation for a screen. What is there to be pasted is not wrapped. */
export function explanationText(explanation: Explanation, style: ExplanationStyle): string {
  const { code, title, means, why, steps, cost } = explanation;
  const paragraph = (text: string) => wrappedTo(style.width, `  ${pasteable(text, style.program)}`, 2);
  return [
    bold(wrappedTo(style.width, `${code}: ${title}`, 7), style),
    "",
    bold("What it means", style),
    paragraph(means),
    "",
    bold("Why evals stops there", style),
    paragraph(why),
    "",
    bold("What to do", style),
    ...steps.map((step, at) => stepText(step, at + 1, style)),
    "",
    bold("What it cost", style),
    paragraph(cost),
    "",
    `${bold("Exit code", style)} ${exitText(code)}`,
    "",
  ].join("\n");
}

function stepText({ text, paste }: Step, number: number, { program, width }: ExplanationStyle): string {
  const lines = paste === undefined ? [] : pasteable(paste, program).split("\n");
  // As far in as a screen leaves room for it, so that it can be pasted as it stands.
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  const indent = " ".repeat(Math.max(2, Math.min(7, WIDTH - longest)));
  return [
    wrappedTo(width, `  ${number}. ${pasteable(text, program)}`, 5),
    ...lines.map((line) => `${indent}${line}`),
  ].join("\n");
}

/** Every code with its title, in groups. */
export function codeList(style: ExplanationStyle): string {
  const groups = GROUPED.map(({ title, explanations }) =>
    [
      bold(title, style),
      ...explanations.map((one) => wrappedTo(style.width, `  ${one.code}  ${one.title}`, 9)),
      "",
    ].join("\n"),
  );
  const end = wrappedTo(
    style.width,
    pasteable("evals explain CODE tells what one means and what to do.", style.program),
    0,
  );
  return `${[...groups, end].join("\n")}\n`;
}

function bold(text: string, { color }: ExplanationStyle): string {
  return color ? text.replace(/^.+$/gm, (line) => `\u001b[1m${line}\u001b[22m`) : text;
}
