// Joins modules of src/, and what they use of other packages, into few files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";

/** Found where evals is installed: what it depends on, and what a team may have beside it. */
const { dependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const OUTSIDE = Object.keys({ ...dependencies, ...peerDependencies });
const isOutside = (id) =>
  id.startsWith("node:") || OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`));

/**
 * Writes every entry of `input` (its file below `folder`, without .js → its source) and the chunks that they share.
 * Returns the folders of the packages that went into them.
 */
export async function bundle(input, folder) {
  const program = await rolldown({ input, external: isOutside, platform: "node", onwarn: refuse });
  const { output } = await program.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    // As deep as cli/: a path to a file of the package is the same from both.
    chunkFileNames: "chunks/[name].js",
  });
  await program.close();
  const modules = output.flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []));
  return [...new Set(modules.flatMap(packageOf))].sort();
}

/** What is imported late in one place and early in another is loaded early: no fault. */
function refuse(warning) {
  if (warning.code !== "INEFFECTIVE_DYNAMIC_IMPORT") throw new Error(warning.message);
}

/** The folder of the package that a module is of; none for a module of ours. */
function packageOf(module) {
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll("\\", "/"))?.[1];
  return found === undefined || module.startsWith("\0") ? [] : [found];
}

/** Texts of licences that a package leaves out, as its repository publishes them. */
const LEFT_OUT = "scripts/licences";

/** Names, versions and licence texts of packages. Throws for a package without a licence text. */
export function licences(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const known = join(LEFT_OUT, `${name}.txt`);
    const files = [...licenceFiles(folder), ...(existsSync(known) ? [known] : [])];
    if (files.length === 0) throw new Error(`${name} is built in, and brings no licence text`);
    return `## ${name} ${version} (${license})\n\n${files.map((file) => readFileSync(file, "utf8").trim()).join("\n\n")}\n`;
  });
  return `# Packages that are built into evals\n\n${texts.join("\n")}`;
}

/** Those of the package and of what it took from others. */
function licenceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : licenceFiles(path);
    return /^(licen[cs]e|notice)[^/]*$/i.test(entry.name) ? [path] : [];
  });
}

/** A declaration file and those that it names, first to last. */
export function declarations(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const named = /(?:from |import\()"(\.[^"]+)\.ts"/g;
  for (const [, target] of readFileSync(file, "utf8").matchAll(named)) {
    const next = join(dirname(file), `${target}.d.ts`);
    if (!existsSync(next)) throw new Error(`${file} names ${target}, which is not declared`);
    declarations(next, found);
  }
  return found;
}
