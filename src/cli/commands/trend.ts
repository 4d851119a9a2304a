import { resolve } from "node:path";
import type { MetricValue } from "../../comparison/metric-value.ts";
import { runTable } from "../../comparison/run-table.ts";
import { type TrendLine, type TrendPoint, type TrendRun, trend as trendOf } from "../../comparison/trend.ts";
import { canonicalJson } from "../../domain/canonical-json.ts";
import { nearest } from "../../domain/nearest.ts";
import { Refusal } from "../../domain/ports.ts";
import { trendText } from "../../reports/trend-text.ts";
import { type ListedRun, listRuns, runFiles } from "../../storage/run-folder.ts";
import { readScores } from "../../storage/scores.ts";
import type { Command, Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { countFlag, isSet, textFlag } from "../flag-values.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { safe } from "../safe-text.ts";
import { scoredRun } from "../scored-run.ts";
import { intactManifest } from "../stored-run.ts";

const CONFIDENCE = 0.95;

/** `evals trend`: each model over past runs; nothing is decided, because runs of other days are not paired. */
export const trend: Command = {
  name: "trend",
  arguments: "SUITE",
  positionals: { min: 1, max: 1 },
  summary: "Score, cost and latency of each model over past runs of a suite",
  flags: { out: OUT_FLAG, limit: { type: "string", value: "N", help: "The N newest runs (default 20)" } },
  examples: ["evals trend quickstart", "evals trend quickstart --limit 5 --json"],
  run: trendCommand,
};

interface Left {
  readonly run: string;
  readonly because: string;
}

async function trendCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const [suite = ""] = positionals;
  const outDir = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const listed = await runsOf(suite, outDir);
  const runs: TrendRun[] = [];
  const left: Left[] = [];
  // One after another: only a run's table is kept, never two runs' samples.
  for (const run of listed.slice(-(countFlag(flags, "limit", 1) ?? 20))) {
    const read = await trendRun(run, io.cwd);
    if ("because" in read) left.push(read);
    else runs.push(read);
  }
  const lines = trendOf(runs);
  if (isSet(flags, "json")) {
    const document = {
      schema: 1,
      command: "trend",
      suite,
      confidence: CONFIDENCE,
      models: lines.map(lineJson),
      left,
    };
    io.out(`${JSON.stringify(document)}\n`);
  } else if (lines.length > 0) io.out(trendText(lines, CONFIDENCE));
  for (const { run, because } of left) io.err(`left out: ${run}, ${safe(because)}\n`);
  return EXIT.ok;
}

async function runsOf(suite: string, outDir: string): Promise<readonly ListedRun[]> {
  const all = await listRuns(outDir);
  const own = all.filter((run) => run.suite === suite || run.manifest?.suite.name === suite);
  if (own.length > 0) return own;
  const near = nearest(suite, [...new Set(all.map((run) => run.suite))]);
  throw new Refusal(
    "E3104",
    `there is no run of a suite "${suite}" in ${outDir}`,
    near === undefined ? "evals list shows the runs that are there." : `Did you mean ${near}?`,
  );
}

async function trendRun(
  { id, directory, manifest: listed }: ListedRun,
  cwd: string,
): Promise<TrendRun | Left> {
  if (listed === undefined) return { run: id, because: "its run.json cannot be read" };
  if (listed.state !== "finished") return { run: id, because: `it is ${listed.state}` };
  try {
    const manifest = await intactManifest(directory, cwd);
    const { table } = await scoredRun(manifest, readScores(runFiles(directory).scores));
    const simulated = new Set(manifest.models.filter((model) => model.simulated).map(({ name }) => name));
    return {
      id,
      startedAt: manifest.startedAt,
      suiteHash: manifest.suite.hash,
      tasks: manifest.tasks.map(({ name, datasetHash, planned }) => ({ name, datasetHash, planned })),
      models: manifest.models.map(({ name, simulated: made, backend, model, parameters, repeats }) => ({
        name,
        simulated: made,
        identity: canonicalJson({ backend, model, parameters, repeats }),
      })),
      table: runTable(table, {
        confidence: CONFIDENCE,
        simulated,
        tasks: manifest.tasks.map(({ name }) => name),
        targets: manifest.models.map(({ name }) => name),
      }),
    };
  } catch (error) {
    if (error instanceof Refusal) return { run: id, because: error.message };
    throw error;
  }
}

function lineJson({ model, simulated, segments }: TrendLine) {
  return {
    model,
    simulated,
    segments: segments.map(({ brokenBy, points }) => ({
      brokenBy: brokenBy ?? null,
      points: points.map(pointJson),
    })),
  };
}

function pointJson({ score, costPerCase, latencyP50, latencyP95, ...point }: TrendPoint) {
  return {
    ...point,
    score: score ?? null,
    costPerCaseUsd: metricJson(costPerCase),
    latencyP50Ms: metricJson(latencyP50),
    latencyP95Ms: metricJson(latencyP95),
  };
}

function metricJson(value: MetricValue) {
  return value.known ? value.value : null;
}
