import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const root = join(import.meta.dirname, "../..");

const schema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.object({ description: z.string(), value: z.string() })),
  runs: z.object({
    using: z.literal("composite"),
    steps: z.array(
      z.object({
        id: z.string(),
        if: z.string().optional(),
        shell: z.string().optional(),
        run: z.string().optional(),
        uses: z.string().optional(),
        with: z.record(z.string(), z.unknown()).optional(),
        env: z.record(z.string(), z.string()).optional(),
      }),
    ),
  }),
});

/** `action.yml` as it stands. */
export const action = schema.parse(parse(readFileSync(join(root, "action.yml"), "utf8")));

/** What a job that uses the action leaves behind. */
export interface JobResult {
  /** Exit code of the first step that failed; 0 where none did. */
  readonly status: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
  readonly summary: string;
}

export interface Job {
  readonly cwd: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Where GitHub's API is. */
  readonly api: string;
  readonly pullRequest: number | undefined;
}

/**
 * Runs the shell steps of `action.yml` one after another as a runner does: expressions in `env` and `if` are looked
 * up, a step after a failed one runs only with `!cancelled()`. A step that uses another action is left out.
 */
export async function runAction({ cwd, inputs, api, pullRequest }: Job): Promise<JobResult> {
  const temporary = mkdtempSync(join(tmpdir(), "evals-runner-"));
  const file = (name: string, text = "") => {
    writeFileSync(join(temporary, name), text);
    return join(temporary, name);
  };
  const event =
    pullRequest === undefined ? {} : { pull_request: { number: pullRequest, head: { sha: "abc123" } } };
  const summary = file("summary");
  const github = {
    RUNNER_TEMP: temporary,
    GITHUB_ACTION_PATH: root,
    GITHUB_API_URL: api,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "team/product",
    GITHUB_RUN_ID: "77",
    GITHUB_SHA: "merge",
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_EVENT_PATH: file("event.json", JSON.stringify(event)),
  };
  const context = new Map([["github.token", "t0ken"]]);
  for (const [name, { default: value }] of Object.entries(action.inputs))
    context.set(`inputs.${name}`, evaluated(inputs[name] ?? value, context));
  let status = 0;
  let log = "";
  for (const step of action.runs.steps) {
    if (step.run === undefined || !isWanted(step.if, context, status)) continue;
    const output = file(`output-${step.id}`);
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluated(value, context)]),
    );
    const done = await bash(step.run, cwd, { ...process.env, ...github, ...env, GITHUB_OUTPUT: output });
    log += done.log;
    if (status === 0) status = done.status;
    for (const line of readFileSync(output, "utf8").split("\n")) {
      const at = line.indexOf("=");
      if (at > 0) context.set(`steps.${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
    }
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, evaluated(value, context)]),
  );
  return { status, outputs, log, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
}

function evaluated(text: string, context: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => context.get(name) ?? "");
}

/** Conditions are joined by `&&`: `!cancelled()`, `a == 'b'` and `a != 'b'`. */
function isWanted(
  condition: string | undefined,
  context: ReadonlyMap<string, string>,
  status: number,
): boolean {
  if (condition === undefined) return status === 0;
  const terms = /^\$\{\{ (.*) \}\}$/.exec(condition)?.[1]?.split(" && ") ?? [];
  return terms.every((term) => {
    if (term === "!cancelled()") return true;
    const [, name = "", operator, value] = /^([\w.-]+) (==|!=) '(.*)'$/.exec(term) ?? [];
    if (operator === undefined) throw new Error(`cannot read the condition ${term}`);
    return ((context.get(name) ?? "") === value) === (operator === "==");
  });
}

function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ status: number; log: string }> {
  return new Promise((resolve, reject) => {
    // As GitHub starts `shell: bash`.
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd, env });
    let log = "";
    child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ status: code ?? 1, log }));
  });
}
