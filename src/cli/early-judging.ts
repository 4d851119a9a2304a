import { align } from "../comparison/align.ts";
import { compare } from "../comparison/compare.ts";
import { earlyComparison } from "../comparison/early-comparison.ts";
import type { EarlyRun } from "../comparison/early-run.ts";
import { type EarlyPrefix, earlyPrefix, seenOf } from "../comparison/judge-early.ts";
import { Refusal } from "../domain/ports.ts";
import type { EarlyStopping, Manifest } from "../domain/run.ts";
import { type ScoredRun, sideOf, storedGate } from "./scored-run.ts";

/** A run that could stop early, and the part of it that its decision rests on. */
export interface ReadEarly {
  readonly run: EarlyRun;
  readonly prefix: EarlyPrefix;
}

/** Decides a run anew from its answers; `undefined` where it could not stop early, or is not over. */
export function readEarly(scored: ScoredRun): ReadEarly | undefined {
  const { manifest } = scored;
  const { early: design } = manifest;
  if (design?.isOn !== true || manifest.state !== "finished") return undefined;
  const own = storedGate(manifest);
  if (!own.ok || own.value === undefined) return undefined;
  const gate = own.value;
  const baseline = sideOf(scored, gate.baseline);
  const alignments = gate.candidates.map((name) => align(baseline, sideOf(scored, name)));
  const run = { design, seed: manifest.seed, own: gate, alignments };
  return { run, prefix: earlyPrefix(run) };
}

/**
 * How the sides of one run, or of two, are compared. Where a run could stop early, over the cases that led to its end;
 * two that could are then a stretch of one order. Throws a `Refusal` where they are not.
 */
export function comparisonOf(runs: readonly ScoredRun[]): typeof compare {
  const reads = runs.flatMap((run) => readEarly(run) ?? []);
  const [first] = reads;
  if (first === undefined) return compare;
  const { design, seed } = first.run;
  if (reads.some(({ run }) => run.seed !== seed))
    throw new Refusal(
      "E3116",
      "two runs that could stop early are compared in the order of one seed, and these have two",
      "Run both with the same seed, or one of them with --stop never.",
    );
  const claim = reads.every(({ run }) => run.own.claim === "dataset") ? "dataset" : "population";
  return (alignment, settings, about) =>
    earlyComparison(
      reads.reduce((seen, { prefix }) => seenOf(seen, prefix), alignment),
      settings,
      { design, claim, seed, about },
    );
}

/** When a run was decided, from its answers; `notAsked` are the planned samples that it has not. */
export function decidedAnew(scored: ScoredRun, notAsked: number): EarlyStopping["decided"] {
  const read = readEarly(scored);
  return read?.prefix.isEarly === true ? { cases: read.prefix.gate.cases(), spared: notAsked } : null;
}

/** Where the manifest and the answers tell of different decisions, in words. */
export function decisionDifference(kept: Manifest, found: Manifest): string | undefined {
  const [said, made] = [kept, found].map(({ early }) => early?.decided?.cases);
  if (said === made) return undefined;
  const words = (cases: number | undefined) => (cases === undefined ? "at its end" : `after ${cases} cases`);
  return `it was decided ${words(said)}, not ${words(made)}`;
}

/** Throws a `Refusal` for two runs where one could stop early: its stop looked at its own baseline alone. */
export function refuseEarlyPair(run: Manifest, baseline: Manifest): void {
  if (run === baseline) return;
  const early = [run, baseline].find((manifest) => manifest.early?.isOn === true);
  if (early === undefined) return;
  throw new Refusal(
    "E3115",
    `run ${early.id} could stop early, and is judged by the answers in it alone`,
    "Leave --baseline out, or run the suite with --stop never.",
  );
}
