import { createRequire } from "node:module";
import type { SandboxEngine } from "../domain/sandbox.ts";

/** The packages of each engine, in the versions that the sandbox is tested with. */
const PACKAGES: { readonly [engine in SandboxEngine]: { readonly [name: string]: string } } = {
  javascript: { "quickjs-emscripten-core": "0.32.0", "@jitl/quickjs-wasmfile-release-sync": "0.32.0" },
  python: { pyodide: "314.0.7" },
  sql: { "sql.js": "1.16.0" },
};

const require = createRequire(import.meta.url);

/** Whether every package of an engine can be loaded from here. */
export function isInstalled(engine: SandboxEngine): boolean {
  return Object.keys(PACKAGES[engine]).every((name) => {
    try {
      require.resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}

/** The line that installs what the engines need. */
export function installLine(engines: readonly SandboxEngine[]): string {
  const names = engines.flatMap((engine) =>
    Object.entries(PACKAGES[engine]).map(([name, version]) => `${name}@${version}`),
  );
  return `npm install --save-dev ${names.join(" ")}`;
}
