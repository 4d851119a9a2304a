// Counts the production packages of the lockfile and refuses install scripts among them.
import { readFileSync } from "node:fs";

const MOST = 25;
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const production = Object.entries(packages).filter(
  ([path, entry]) => path !== "" && !entry.dev && !entry.devOptional && !entry.peer,
);
const scripted = production.filter(([, entry]) => entry.hasInstallScript);
console.log(
  `${production.length} production packages (at most ${MOST}), ${scripted.length} with an install script`,
);
for (const [path, { version }] of production)
  console.log(`  ${path.replace("node_modules/", "")} ${version}`);
if (production.length > MOST || scripted.length > 0) process.exit(1);
