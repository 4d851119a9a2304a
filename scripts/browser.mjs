// Compiles the report's explorer and joins its modules into one script that a page can hold.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const COMPILED = ".build/browser";
const TARGET = "dist/reports/html/explorer.js";

/** Writes `dist/reports/html/explorer.js`; returns a process status. */
export function buildBrowserScript() {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.browser.json"],
    { stdio: "inherit" },
  );
  if (status !== 0) return status ?? 1;
  const modules = new Map();
  collect(join(COMPILED, "reports/html/explorer/main.js"), modules);
  const script = [...modules.values()].join("\n");
  if (/<\/script|<!--/i.test(script)) throw new Error("the script would end, or hide, in its page");
  mkdirSync(dirname(TARGET), { recursive: true });
  writeFileSync(TARGET, script);
  // Two modules that declare the same name, or an import that was left, do not parse.
  return spawnSync(process.execPath, ["--check", TARGET], { stdio: "inherit" }).status ?? 1;
}

/** Each module after those that it imports, without its imports and the word export. */
function collect(file, modules) {
  if (modules.has(file)) return;
  modules.set(file, "");
  const text = readFileSync(file, "utf8");
  const imports = /^import .* from "(\.[^"]+)";\n/gm;
  for (const [, target] of text.matchAll(imports)) collect(join(dirname(file), target), modules);
  modules.delete(file);
  modules.set(file, text.replace(imports, "").replace(/^export (?!\{)/gm, ""));
}
