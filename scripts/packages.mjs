// Counts the packages that a user gets, installed (lockfile) or built in (dist/), and refuses install scripts.
import { readFileSync } from "node:fs";

const MOST = 25;
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const installed = Object.entries(packages).filter(
  ([path, entry]) => path !== "" && !entry.dev && !entry.devOptional && !entry.peer,
);
const scripted = installed.filter(([, entry]) => entry.hasInstallScript);
const licences = readFileSync("dist/THIRD-PARTY-LICENSES.md", "utf8");
const builtIn = [...licences.matchAll(/^## (\S+ \d\S*) \(.*\)$/gm)].map(([, name]) => name);
const count = installed.length + builtIn.length;
console.log(
  `${count} production packages (at most ${MOST}), ${builtIn.length} of them built in, ${scripted.length} with an install script`,
);
for (const [path, { version }] of installed) console.log(`  ${path.replace("node_modules/", "")} ${version}`);
for (const name of builtIn) console.log(`  ${name}, built in`);
if (builtIn.length === 0) throw new Error("no package is built in: is dist/ built?");
if (count > MOST || scripted.length > 0) process.exit(1);
