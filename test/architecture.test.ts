import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** The import rule of the design: folder → folders it may import (itself is always allowed). */
const MAY_IMPORT: { readonly [folder: string]: readonly string[] | "all" } = {
  domain: [],
  statistics: [],
  suite: ["domain"],
  dataset: ["domain"],
  backends: ["domain"],
  workflows: ["domain"],
  scorers: ["domain"],
  importers: ["domain"],
  sandbox: ["domain"],
  engine: ["domain", "statistics"],
  storage: ["domain"],
  comparison: ["domain", "statistics"],
  reports: ["domain", "comparison", "statistics"],
  cli: "all",
  "index.ts": "all",
  "vitest.ts": "all",
};

const PURE = ["domain", "statistics", "comparison", "reports"];
const IMPURE =
  /\b(?:node:fs|node:child_process|node:net|node:http|(?<!-)process\.|console\.|Date\.now|new Date\(\)|Math\.random|fetch\()/;

/** Each third-party package has one home. */
const HOMES: { readonly [name: string]: readonly string[] } = {
  openai: ["backends"],
  "@anthropic-ai/sdk": ["backends"],
  ollama: ["backends"],
  undici: ["backends"],
  "cli-table3": ["reports"],
  yaml: ["suite", "dataset", "scorers", "importers"],
  "csv-parse": ["dataset", "importers"],
  "@cfworker/json-schema": ["scorers"],
  jiti: ["scorers", "backends", "sandbox"],
  "quickjs-emscripten-core": ["sandbox"],
  vitest: ["vitest.ts"],
};

function sources(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return sources(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

const files = sources(join(root, "src")).map((path) => {
  const name = relative(join(root, "src"), path);
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(/(?:from|import)[ \t]*\(?"([^"\n]+)"/g)].map((match) => match[1] ?? "");
  return { path, name, folder: name.split(sep)[0] ?? "", text, imports };
});

describe("the shape of the code", () => {
  test("every folder imports only what the design allows", () => {
    const broken = files.flatMap(({ path, name, folder, imports }) => {
      const allowed = MAY_IMPORT[folder];
      if (allowed === undefined) return [`${name}: folder "${folder}" is not in the design`];
      if (allowed === "all") return [];
      return imports
        .filter((target) => target.startsWith("."))
        .map((target) => relative(join(root, "src"), join(path, "..", target)).split(sep)[0] ?? "")
        .filter((target) => target !== folder && !allowed.includes(target))
        .map((target) => `${name} imports ${target}/`);
    });
    expect(broken).toEqual([]);
  });

  test("pure folders touch neither the world, nor the time, nor chance", () => {
    const broken = files
      .filter(({ folder }) => PURE.includes(folder))
      .filter(({ text }) => IMPURE.test(withoutComments(text)))
      .map(({ name }) => name);
    expect(broken).toEqual([]);
  });

  test("every third-party package has its home", () => {
    const broken = files.flatMap(({ name, folder, imports }) =>
      imports
        .filter((target) => !target.startsWith(".") && !target.startsWith("node:"))
        .map((target) =>
          target
            .split("/")
            .slice(0, target.startsWith("@") ? 2 : 1)
            .join("/"),
        )
        .filter((target) => target !== "zod" && folder !== "cli" && !(HOMES[target] ?? []).includes(folder))
        .map((target) => `${name} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("no file is longer than 300 lines, and none is a drawer", () => {
    const long = files.filter(({ text }) => text.split("\n").length > 301).map(({ name }) => name);
    const drawers = files.filter(({ name }) => /(?:utils?|helpers?|common|misc)\.ts$/.test(name));
    expect(long).toEqual([]);
    expect(drawers).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}
