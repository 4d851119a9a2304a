import { z } from "zod";
import { SANDBOX_LANGUAGES, type SandboxEngine, type Trial, type TrialResult } from "../domain/sandbox.ts";
import type { Score } from "../domain/score.ts";
import { codeBlock } from "./code-block.ts";
import { misformatted, quoted, scored, unscored } from "./judgement.ts";
import { limitsOf, limitsShape } from "./sandbox-limits.ts";
import { type CallPorts, defineScorer } from "./scorer.ts";

const text = z.string().regex(/\S/, "must not be blank");

const options = z.strictObject({
  language: z.enum(SANDBOX_LANGUAGES).describe("What the answer's code is written in."),
  tests: z
    .union([text.transform((one) => [one]), z.array(text).min(1)])
    .describe("The tests: a text, or a list of texts of which each is a test of its own."),
  entry_point: z
    .string()
    .regex(/^[\p{L}_$][\p{L}\p{N}_$]*$/u, "must be a name")
    .optional()
    .describe("The function or class that the code must define; the tests know it as `candidate` too."),
  setup: z.string().default("").describe("Code that runs before the answer's, in the same scope."),
  code_block: z
    .enum(["required", "optional"])
    .default("required")
    .describe("`optional`: an answer without a Markdown code block is code as a whole."),
  partial: z
    .boolean()
    .default(false)
    .describe("Score the share of the tests that pass; otherwise all must pass."),
  ...limitsShape,
});

type Options = z.output<typeof options>;

const TAGS: { readonly [language in Trial["language"]]: readonly string[] } = {
  javascript: ["javascript", "js", "mjs", "cjs", "node", "jsx"],
  python: ["python", "py", "python3"],
  typescript: ["typescript", "ts", "mts", "cts"],
};

const ADD = "assert.equal(add(1, 2), 3)";

/** Whether model-written code passes its tests, in the sandbox. */
export const unitTests = defineScorer({
  name: "unit-tests",
  summary:
    "1 when the code in the answer's Markdown block passes every test, run in a sandbox (docs/sandbox.md). An answer without a block is a format fault.",
  options,
  defaults: { tests: "{{ tests }}" },
  boundsItself: true,
  engines: ({ language }): readonly SandboxEngine[] => {
    if (language === "javascript" || language === "typescript") return ["javascript"];
    return language === "python" ? ["python"] : ["javascript", "python"];
  },
  examples: [
    {
      options: { language: "javascript" },
      fields: { tests: ADD },
      answer: "```js\nconst add = (a, b) => a + b;\n```",
      score: 1,
    },
    {
      options: { language: "javascript" },
      fields: { tests: ADD },
      answer: "```js\nconst add = (a, b) => a - b;\n```",
      score: 0,
      fault: "wrong",
    },
    {
      options: { language: "typescript", tests: [ADD, "assert.equal(add(0.1, 0.2), 0.3)"], partial: true },
      answer: "```ts\nfunction add(a: number, b: number): number {\n  return a + b;\n}\n```",
      score: 0.5,
    },
    {
      options: { language: "javascript" },
      fields: { tests: ADD },
      answer: "const add = (a, b) => a + b;",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    {
      options: { language: "javascript", tests: "assert.equal(candidate([3, 1]), 3)", entry_point: "most" },
      answer: "Use `Math.max`:\n```\nexport function most(list) { return Math.max(...list) }\n```",
      score: 1,
    },
  ],
  async score({ answer, options }, ports) {
    const block = codeBlock(answer, TAGS[options.language], options.entry_point);
    const score = await judge(block ?? answer, options, ports);
    if (block !== undefined || options.code_block === "optional" || score.kind === "unscored") return score;
    return misformatted(score.score, `there is no ${options.language} code block; as code: ${score.reason}`);
  },
});

async function judge(code: string, options: Options, { sandbox, signal }: CallPorts): Promise<Score> {
  const { language, setup, tests, entry_point: entryPoint, partial } = options;
  const trial = { language, setup, code, tests, entryPoint, limits: limitsOf(options) };
  return scoreOf(await sandbox.test(trial, signal()), partial);
}

function scoreOf(result: TrialResult, partial: boolean): Score {
  if (result.kind === "failed") return unscored("sandbox-failed", `the sandbox failed: ${result.reason}`);
  if (result.kind === "no-tests") return unscored("no-tests", `the tests do not run: ${result.reason}`);
  if (result.kind === "broken") return scored(0, `the code does not run: ${quoted(result.reason, 200)}`);
  const { tests } = result;
  const failed = tests.filter(({ failure }) => failure !== undefined);
  const [first] = failed;
  if (first === undefined) return scored(1, `all ${tests.length} tests pass`);
  const passed = tests.length - failed.length;
  const words = `${passed} of ${tests.length} tests pass; ${quoted(first.name, 80)} fails: ${quoted(first.failure ?? "", 200)}`;
  return scored(partial ? passed / tests.length : 0, words);
}
