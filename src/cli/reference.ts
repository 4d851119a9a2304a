import { exitText } from "./explanation-text.ts";
import type { Explanation, Step } from "./explanations/explanation.ts";
import { GROUPED } from "./explanations/registry.ts";
import { pasteable } from "./program-name.ts";

/** The page of all codes, as Markdown: the same words as `evals explain`. */
export function errorsReference(): string {
  const sections = GROUPED.flatMap(({ title, explanations }) => [
    `## ${title}`,
    ...explanations.map(section),
  ]);
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

const INTRODUCTION = `# Errors

Every message of what is wrong begins with a code, \`error[E1203]\`, that is never used for anything else. This page has
what \`evals explain\` prints offline:

\`\`\`sh
npx evals explain E1203
\`\`\`

The first digit is the kind, and tells the exit code: 1 the suite, its datasets and the command line (exit 2), 2 keys,
hosts and models (exit 4), 3 files and runs (exit 4), 5 a bug (exit 5). Exits 1 and 3 are no errors: they are a gate's
\`unsafe\`, and a run or gate that could not decide. \`SUITE\` and \`RUN\` stand for your own.`;

function section({ code, title, means, why, steps, cost }: Explanation): string {
  return [
    `### ${code}: ${plain(title)}`,
    words(means),
    words(why),
    steps
      .map((step, at) => stepText(step, at + 1))
      .join("\n")
      .trimEnd(),
    `Cost: ${words(cost)}`,
    `Exit code ${exitText(code)}.`,
  ].join("\n\n");
}

function stepText({ text, paste }: Step, number: number): string {
  const line = `${number}. ${words(text)}`;
  if (paste === undefined) return line;
  const lines = ["```text", ...pasteable(paste, PROGRAM).split("\n"), "```"];
  return [line, "", ...lines.map((one) => `   ${one}`), ""].join("\n");
}

const PROGRAM = "npx evals";

function words(text: string): string {
  return plain(pasteable(text, PROGRAM));
}

/** Without what Markdown would take for its own. */
function plain(text: string): string {
  return text.replace(/[*<]|__/g, (mark) => [...mark].map((one) => `\\${one}`).join(""));
}
