// Makes dist/ of src/: the program and the library as few files, their declarations, and the report's browser script.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildBrowserScript } from "./browser.mjs";
import { bundle, declarations, licences } from "./bundle.mjs";

const DECLARED = ".build/declarations";
/** Run in threads and a process of their own, which read no other file of the package. */
const SANDBOX = ["javascript-thread", "sql-thread", "python-process"];

rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);

const packages = await bundle(
  {
    "cli/main": "src/cli/main.ts",
    index: "src/index.ts",
    vitest: "src/vitest.ts",
    "scorers/score-thread": "src/scorers/score-thread.ts",
  },
  "dist",
);
for (const name of SANDBOX)
  packages.push(...(await bundle({ [`sandbox/${name}`]: `src/sandbox/${name}.ts` }, "dist")));
writeFileSync("dist/THIRD-PARTY-LICENSES.md", licences([...new Set(packages)].sort()));

const declared = new Set();
for (const name of ["index", "vitest"]) declarations(join(DECLARED, `${name}.d.ts`), declared);
for (const file of declared) {
  const target = join("dist", relative(DECLARED, file));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
}

const browser = buildBrowserScript();
if (browser !== 0) process.exit(browser);
chmodSync("dist/cli/main.js", 0o755);
