import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { makeFolders } from "../../storage/make-folders.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet } from "../flag-values.ts";
import { STARTER_CASES, STARTER_SUITE } from "../starter.ts";

/** `evals init`: a suite and a dataset that run at once, with no key and no network. */
export const init: Command = {
  name: "init",
  arguments: "[FOLDER]",
  positionals: { min: 0, max: 1 },
  summary: "Write a starter suite and dataset that run at once",
  flags: { force: { type: "boolean", help: "Overwrite files that are there" } },
  examples: ["evals init", "evals init my-evals"],
  run: async ({ positionals, flags, io }) => {
    const folder = join(io.cwd, positionals[0] ?? ".");
    const files = [
      { path: join(folder, "evals", "starter.yaml"), text: STARTER_SUITE },
      { path: join(folder, "datasets", "starter.jsonl"), text: STARTER_CASES },
    ];
    const there = files.filter(({ path }) => existsSync(path));
    if (there.length > 0 && !isSet(flags, "force")) {
      const names = there.map(({ path }) => relative(io.cwd, path));
      if (isSet(flags, "json"))
        io.out(`${JSON.stringify({ schema: 1, command: "init", written: [], present: names })}\n`);
      io.err(
        `error[E1003]: ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} already there\n  Use --force to overwrite. Nothing was written.\n`,
      );
      return EXIT.invalid;
    }
    for (const { path, text } of files) {
      await makeFolders(dirname(path));
      await writeFile(path, text);
    }
    const written = files.map(({ path }) => relative(io.cwd, path));
    if (isSet(flags, "json")) io.out(`${JSON.stringify({ schema: 1, command: "init", written })}\n`);
    else {
      for (const name of written) io.out(`wrote ${name}\n`);
      io.out(`\nTry it, with no key and no network:\n  ${io.program} run ${written[0]}\n`);
      io.out("Then replace the simulated models by your own: the suite says how.\n");
    }
    return EXIT.ok;
  },
};
