// Compiles src/ to dist/, makes the report's browser script, and makes the command executable.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { buildBrowserScript } from "./browser.mjs";

rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);
const browser = buildBrowserScript();
if (browser !== 0) process.exit(browser);
chmodSync("dist/cli/main.js", 0o755);
