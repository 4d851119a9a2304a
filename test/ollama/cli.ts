import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const root = join(import.meta.dirname, "..", "..");

const answered = z.object({
  caseId: z.string(),
  outcome: z.object({
    kind: z.string(),
    answer: z.object({
      text: z.string(),
      usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }),
      timings: z.object({
        latencyMs: z.number(),
        firstTokenMs: z.number(),
        generationMs: z.number(),
        loadMs: z.number().optional(),
      }),
    }),
  }),
});
export type Answered = z.output<typeof answered>;

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The folder that the command ran in: its results are below it. */
  readonly directory: string;
}

/** Runs the built command in a folder of its own, on a suite of this folder. */
export async function run(suite: string): Promise<CliRun> {
  const scratch = process.env["EVALS_OLLAMA_SCRATCH"];
  if (scratch === undefined) throw new Error("run this by `npm run test:ollama`");
  mkdirSync(scratch, { recursive: true });
  const directory = mkdtempSync(join(scratch, "run-"));
  const argv = [join(root, "dist/cli/main.js"), "run", join(import.meta.dirname, suite)];
  const child = spawn(process.execPath, argv, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout: stdout?.() ?? "", stderr: stderr?.() ?? "", directory };
}

/** The answered samples of a run, by case. */
export function samples({ directory }: CliRun): ReadonlyMap<string, Answered["outcome"]> {
  const file = readdirSync(directory, { recursive: true, encoding: "utf8" }).find((name) =>
    name.endsWith("samples.jsonl"),
  );
  if (file === undefined) throw new Error(`no journal below ${directory}`);
  const lines = readFileSync(join(directory, file), "utf8").trimEnd().split("\n");
  const records = lines.map((line) => answered.parse(JSON.parse(line)));
  return new Map(records.map((record) => [record.caseId, record.outcome]));
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}
