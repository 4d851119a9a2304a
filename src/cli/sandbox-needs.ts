import type { Fault } from "../domain/fault.ts";
import type { SandboxEngine } from "../domain/sandbox.ts";
import type { Suite } from "../domain/suite.ts";
import { installLine, isInstalled } from "../sandbox/packages.ts";
import { scorers } from "../scorers/registry.ts";
import { Source } from "../suite/source.ts";

/** The faults that keep model-written code from being run: found before any call is made. */
export function sandboxFaults({ tasks, file, text }: Suite): readonly Fault[] {
  const source = new Source(file, text);
  return tasks
    .flatMap((task) => task.scorers)
    .flatMap(({ scorer, options, place }) => {
      const engines: readonly SandboxEngine[] = scorers.get(scorer)?.engines(options) ?? [];
      const missing = [...new Set(engines)].filter((engine) => !isInstalled(engine));
      if (missing.length === 0) return [];
      return {
        code: "E2008",
        message: `scorer "${scorer}" runs ${missing.map((engine) => NAMES[engine]).join(" and ")} in a sandbox whose packages are not installed`,
        place,
        source: source.lineAt(place),
        label: undefined,
        hint: `Run: ${installLine(missing)}`,
      };
    });
}

const NAMES: { readonly [engine in SandboxEngine]: string } = {
  javascript: "JavaScript",
  python: "Python",
  sql: "SQL",
};
