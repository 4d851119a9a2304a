import { resolve } from "node:path";
import { align } from "../../comparison/align.ts";
import type { Comparison } from "../../comparison/compare.ts";
import { type StatedMargins, statedMargins } from "../../comparison/stated-margins.ts";
import type { WorkflowEffect } from "../../comparison/workflow-effect.ts";
import type { GatePolicy } from "../../domain/suite.ts";
import { terminal } from "../../reports/terminal.ts";
import { findRun } from "../../storage/run-folder.ts";
import { aboutScores, distrusted } from "../about-scores.ts";
import { type Command, type FlagValues, type Invocation, UsageError } from "../command.ts";
import { comparisonOf } from "../early-judging.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { countFlag, isSet, shareFlag, textFlag, textFlags } from "../flag-values.ts";
import { flipLines, flippedAnswers } from "../flipped-answers.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { safe } from "../safe-text.ts";
import { type ScoredRun, sideOf, storedGate } from "../scored-run.ts";
import { showFaults } from "../show-faults.ts";
import { noteDisagreement, storedRun } from "../stored-run.ts";
import { workflowEffects } from "../workflow-effects.ts";

/** `evals compare`: models of one run, or of two, on the same cases; it measures and does not decide. */
export const compare: Command = {
  name: "compare",
  arguments: "RUN [RUN2]",
  positionals: { min: 1, max: 2 },
  summary: "Compare models within a run, or two runs, on the same cases",
  flags: {
    baseline: {
      type: "string",
      value: "MODEL",
      help: "The model in use (default the gate's, else the first)",
    },
    candidate: {
      type: "string",
      value: "MODEL",
      multiple: true,
      help: "The model proposed; may be repeated",
    },
    cases: { type: "string", value: "N", help: "Show the N worst cases that flipped, with both answers" },
    margin: { type: "string", value: "M", help: "Loss that you would accept, 0 to 1 (default the gate's)" },
    out: OUT_FLAG,
  },
  examples: [
    "evals compare latest --cases 5",
    "evals compare latest --baseline gpt-4 --candidate llama-3",
    "evals compare 20261001 latest --baseline gpt-4 --candidate gpt-4",
  ],
  run: compareCommand,
};

interface Opened extends ScoredRun {
  readonly directory: string;
}

async function compareCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const opened: Opened[] = [];
  for (const name of positionals) opened.push(await open(out, name, io));
  const [before, after = before] = opened;
  if (before === undefined || after === undefined) throw new UsageError("which run?");
  const policy = storedGate(after.manifest);
  if (!policy.ok) return showFaults(policy.faults, json, io);
  const { baseline, candidates } = chosenModels({ before, after }, policy.value, flags);
  const compareAll = comparisonOf([...new Set([before, after])]);
  const comparisons = candidates.map((name) => {
    const alignment = align(sideOf(before, baseline), sideOf(after, name));
    const settings = {
      confidence: policy.value?.confidence ?? 0.95,
      ...chosenMargins(flags, policy.value),
      missing: policy.value?.missing ?? "worst-case",
      attempt: after.manifest.attempt,
    } as const;
    return compareAll(
      alignment,
      settings,
      aboutScores({ before, after, judgedBeside: policy.value?.baseline }, alignment),
    );
  });
  const distrust = distrusted(
    { before, after, judgedBeside: policy.value?.baseline },
    { baseline, judgeKappa: policy.value?.judgeKappa },
    undefined,
  );
  const effectsOf = (comparison: Comparison) =>
    before !== after
      ? []
      : workflowEffects({
          run: after,
          targets: [comparison.baseline.name, comparison.candidate.name],
          baseline,
          comparisons,
          gate: undefined,
          compareAll,
          settings: comparison.settings,
          distrust,
        });
  const count = countFlag(flags, "cases", 1) ?? 0;
  const flips = await Promise.all(
    comparisons.map(({ flipped, candidate }) =>
      flippedAnswers(
        flipped.slice(0, count),
        { directory: before.directory, target: baseline },
        { directory: after.directory, target: candidate.name },
      ),
    ),
  );
  if (json) {
    const runs = { baseline: before.manifest.id, candidate: after.manifest.id };
    const shown = comparisons.map((comparison, at) => ({
      ...comparison,
      steps: stepsOf(comparison, before, after),
      workflows: effectsOf(comparison),
      flippedAnswers: flips[at] ?? [],
    }));
    io.out(
      `${JSON.stringify({ schema: 1, command: "compare", runs, comparisons: shown }, (_, value: unknown) => value ?? null)}\n`,
    );
    return EXIT.ok;
  }
  if (before !== after) io.out(`baseline: run ${runText(before)}\ncandidate: run ${runText(after)}\n\n`);
  for (const [at, comparison] of comparisons.entries()) {
    if (at > 0) io.out("\n");
    io.out(screen(comparison, { before, after, workflows: effectsOf(comparison) }, io.color));
    const shown = flips[at] ?? [];
    if (shown.length > 0)
      io.out(`\nThe worst of the cases that flipped\n${flipLines(shown, namesOf(comparison))}\n`);
  }
  return EXIT.ok;
}

/** Which of two runs a side is from, and when that was asked. */
function runText({ manifest }: ScoredRun): string {
  return safe(
    `${manifest.id} of ${manifest.suite.name}, ${manifest.startedAt.slice(0, 16).replace("T", " ")} UTC`,
  );
}

async function open(out: string, name: string, io: Invocation["io"]): Promise<Opened> {
  const directory = await findRun(out, name);
  const stored = await storedRun(directory, io);
  noteDisagreement(stored, io);
  return { ...stored, directory };
}

function screen(
  comparison: Comparison,
  {
    before,
    after,
    workflows,
  }: {
    readonly before: ScoredRun;
    readonly after: ScoredRun;
    readonly workflows: readonly WorkflowEffect[];
  },
  color: boolean,
): string {
  const { manifest } = after;
  const title = { suite: manifest.suite.name, run: manifest.id, attempt: manifest.attempt };
  const input = {
    title,
    table: undefined,
    comparisons: [comparison],
    steps: stepsOf(comparison, before, after),
    workflows,
    gate: undefined,
  };
  return terminal.render({ ...input, notJudged: undefined, unmeasured: 0 }, { color });
}

/** Of the two that are compared, as far as they have a workflow that makes drafts. */
function stepsOf({ baseline, candidate }: Comparison, before: ScoredRun, after: ScoredRun) {
  return [
    ...before.steps.filter(({ target }) => target === baseline.name),
    ...after.steps.filter(({ target }) => target === candidate.name),
  ];
}

function namesOf({ baseline, candidate }: Comparison) {
  return { baseline: baseline.name, candidate: candidate.name };
}

/** The flag's margin for every task, else those of the gate. */
function chosenMargins(flags: FlagValues, policy: GatePolicy | undefined): StatedMargins {
  const margin = shareFlag(flags, "margin");
  return margin === undefined ? statedMargins(policy?.rules ?? []) : { margin, taskMargins: {} };
}

/** The flags' models, else the gate's, else the first model against the others; across runs, each against itself. */
function chosenModels(
  { before, after }: { readonly before: Opened; readonly after: Opened },
  policy: GatePolicy | undefined,
  flags: FlagValues,
): { readonly baseline: string; readonly candidates: readonly string[] } {
  const names = [...after.table.targets.keys()];
  const first = policy?.baseline ?? [...before.table.targets.keys()][0] ?? "";
  const baseline = textFlag(flags, "baseline") ?? first;
  const asked = textFlags(flags, "candidate");
  const others = names.filter((name) => before !== after || name !== baseline);
  const candidates = asked.length > 0 ? asked : (policy?.candidates ?? others);
  const unknown = [
    ...(before.table.targets.has(baseline) ? [] : [baseline]),
    ...candidates.filter((name) => !after.table.targets.has(name)),
  ];
  if (unknown.length > 0)
    throw new UsageError(
      `no model "${unknown.join('", "')}" in ${before === after ? "this run" : "these runs"}`,
      `Models: ${[...new Set([...before.table.targets.keys(), ...names])].join(", ")}.`,
    );
  if (candidates.length === 0) throw new UsageError("there is only one model: nothing to compare it with");
  if (before === after && candidates.includes(baseline))
    throw new UsageError(`"${baseline}" would be compared with itself`, "Choose another --candidate.");
  return { baseline, candidates };
}
