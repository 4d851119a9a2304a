import { backends } from "../backends/registry.ts";
import type { Fault, Place } from "../domain/fault.ts";
import type { Suite } from "../domain/suite.ts";
import { scorers } from "../scorers/registry.ts";
import { CODES } from "../suite/codes.ts";
import { Source } from "../suite/source.ts";
import { workflows } from "../workflows/registry.ts";
import type { Io } from "./io.ts";
import { safe } from "./safe-text.ts";

/** What of a suite's code may run: all of it, what runs in the sandbox alone, or none. */
export type CodeChoice = "all" | "sandboxed" | "none";

/** Set in the environment, or by `--no-code`: no code of a suite is run. A suite cannot set it. */
export const NO_CODE = "EVALS_NO_CODE";

/** What may run where the user starts a run. */
export function codeOfRun({ variables }: Pick<Io, "variables">): CodeChoice {
  return variables[NO_CODE] ? "none" : "all";
}

/** What may run where a stored run is read, which may be anybody's: to look at it is not to run it. */
export function codeOfReading({ variables }: Pick<Io, "variables">): CodeChoice {
  return variables[NO_CODE] ? "none" : "sandboxed";
}

/** A place where a suite has code run. */
export interface SuiteCode {
  readonly by: "model" | "scorer";
  /** Who runs it, for people. */
  readonly who: string;
  /** The file, relative to the suite; `undefined` for what runs in the sandbox. */
  readonly file: string | undefined;
  readonly place: Place;
}

/** Every place where a suite has code run. */
export function suiteCode({ models, judges, tasks }: Suite): readonly SuiteCode[] {
  const targets = [...new Map([...models, ...judges].map((model) => [model.name, model])).values()];
  const ofModels = targets.flatMap(({ name, backend, options, workflow, place }) => {
    const bound = workflow && workflows.get(workflow.name)?.bind(workflow.options);
    const files = [
      ...(backends.get(backend)?.modules?.(options) ?? []),
      ...(bound?.userFunction === undefined ? [] : [bound.userFunction.path]),
    ];
    return files.map((file) => ({ by: "model" as const, who: `model "${name}"`, file, place }));
  });
  const ofScorers = tasks.flatMap((task) =>
    task.scorers.flatMap(({ scorer, label, options, place }) => {
      const item = scorers.get(scorer);
      const files = [
        ...(item?.modules(options) ?? []),
        ...(item?.engines(options) ?? []).map(() => undefined),
      ];
      const who = `scorer "${label}" of task "${task.name}"`;
      return [...new Set(files)].map((file) => ({ by: "scorer" as const, who, file, place }));
    }),
  );
  return [...ofModels, ...ofScorers];
}

/** The faults of code that may not run. */
export function codeFaults(suite: Suite, choice: CodeChoice, by?: SuiteCode["by"]): readonly Fault[] {
  const source = new Source(suite.file, suite.text);
  return suiteCode(suite)
    .filter((code) => by === undefined || code.by === by)
    .filter(({ file }) => choice === "none" || (choice === "sandboxed" && file !== undefined))
    .map(({ who, file, place }) => ({
      code: CODES.code,
      message: file === undefined ? `${who} runs code in the sandbox` : `${who} runs the code of ${file}`,
      place,
      source: source.lineAt(place),
      label: undefined,
      hint: `--no-code, or ${NO_CODE} in the environment, lets no code of a suite run. Read it, then leave that out.`,
    }));
}

/** What is said before the code of a suite runs; empty where it has none outside of the sandbox. */
export function codeNotice(suite: Suite): string {
  const files = new Set(suiteCode(suite).flatMap(({ file }) => file ?? []));
  return files.size === 0
    ? ""
    : `this suite runs code: ${safe([...files].join(", "))} (--no-code refuses it)\n`;
}
