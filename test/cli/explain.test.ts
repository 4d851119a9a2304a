import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { COMMON_FLAGS } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { EXPLANATIONS, GROUPED } from "../../src/cli/explanations/registry.ts";
import { evals } from "../../src/cli/program.ts";
import { errorsReference } from "../../src/cli/reference.ts";
import { CODES } from "../../src/suite/codes.ts";
import { command, program } from "./said.ts";

const root = join(import.meta.dirname, "../..");
const cwd = root;

/** Every code that a source file other than the explanations names outside of its comments. */
function raisedCodes(): readonly string[] {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        name.endsWith(".ts") && !/^cli[\\/](?:explanations[\\/]|commands[\\/]explain|reference)/.test(name),
    )
    .map((name) => ({ name, text: readFileSync(join(root, "src", name), "utf8") }));
  const written = files
    .filter(({ name }) => !name.endsWith("codes.ts"))
    .flatMap(({ text }) => withoutComments(text).match(/\bE\d{4}\b/g) ?? []);
  const named = Object.entries(CODES)
    .filter(([key]) => files.some(({ text }) => new RegExp(`\\bCODES\\.${key}\\b`).test(text)))
    .map(([, code]) => code);
  return [...new Set([...written, ...named])].sort();
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

const codes = EXPLANATIONS.map(({ code }) => code);

describe("the explanations", () => {
  test("there is one for every code that is raised, and none for a code that nothing raises", () => {
    expect(raisedCodes().length).toBeGreaterThan(80);
    expect(codes).toEqual(raisedCodes());
    expect(GROUPED.flatMap(({ explanations }) => explanations)).toHaveLength(codes.length);
  });

  test.each(EXPLANATIONS)(
    "$code says everything in a few sentences",
    ({ title, means, why, steps, cost }) => {
      expect(title).toMatch(/^\S.{8,66}[^.]$/);
      for (const text of [means, why, cost, ...steps.map((step) => step.text)]) expect(text).toMatch(/[.:]$/);
      for (const { text, paste } of steps)
        expect(text.endsWith(":"), text).toBe(paste !== undefined && !text.endsWith("."));
      expect(steps.length).toBeGreaterThanOrEqual(1);
      expect(steps.length).toBeLessThanOrEqual(4);
      expect(new Set([title, means, why]).size).toBe(3);
    },
  );

  test.each(EXPLANATIONS)(
    "what $code gives to be pasted is a command, JSON, CSV or YAML",
    async ({ steps }) => {
      for (const { paste } of steps) {
        if (paste === undefined) continue;
        for (const line of paste.split("\n"))
          expect(line.length, line).toBeLessThanOrEqual(line.startsWith("evals ") ? 71 : 75);
        if (PROGRAMS.test(paste)) for (const line of paste.split("\n")) await checkCommand(line);
        else if (paste.startsWith('{"')) for (const line of paste.split("\n")) JSON.parse(line);
        else if (!paste.startsWith("id,")) expect(parseDocument(paste).errors, paste).toEqual([]);
      }
    },
  );
});

const PROGRAMS = /^(?:evals|export|iconv|jq|duckdb|git|sed|npm|node|ollama|ls|df|ulimit|unset|cp|rm|ps) /;

/** A command of ours has a name and flags that there are. */
async function checkCommand(line: string): Promise<void> {
  const [, name, rest = ""] = /^evals (\S+)(.*)$/.exec(line) ?? [];
  if (name === undefined || name.startsWith("--")) return;
  const entry = COMMANDS.find((one) => one.name === name);
  expect(entry, line).toBeDefined();
  const flags = Object.keys({ ...(await entry?.load())?.flags, ...COMMON_FLAGS });
  for (const [, flag] of rest.matchAll(/ --([\w-]+)/g)) expect(flags, line).toContain(flag);
}

describe("evals explain", () => {
  test("a code is explained to the byte", async () => {
    const { code, stdout, stderr } = await command(["explain", "E1203", "2001"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await expect(stdout).toMatchFileSnapshot("../golden/cli/explain.txt");
  });

  test.each(["E1203", "e1203", "1203"])("%s is the same code", async (typed) => {
    const { stdout } = await command(["explain", typed], { cwd });
    expect(stdout).toMatch(/^E1203: /);
  });

  test("the exit code that is said is the one of the code's kind", async () => {
    const { stdout } = await command(["explain", ...codes.slice(0, 60)], { cwd });
    const more = await command(["explain", ...codes.slice(60)], { cwd });
    const said = `${stdout}\n${more.stdout}`;
    const found = [...said.matchAll(/^(E\d)\d{3}: [\s\S]*?^Exit code (\d)/gm)].map(([, kind = "", exit]) => [
      kind,
      exit,
    ]);
    expect(found).toHaveLength(codes.length);
    const ofKind: { readonly [kind: string]: string } = { E1: "2", E2: "4", E3: "4", E5: "5" };
    for (const [kind = "", exit] of found) expect(exit, kind).toBe(ofKind[kind]);
  });

  test("without a code all are listed, and nothing is wider than 80 columns", async () => {
    const list = await command(["explain"], { cwd });
    for (const code of codes) expect(list.stdout).toContain(`  ${code}  `);
    const all = await command(["explain", ...codes.slice(0, 99)], { cwd });
    const wide = `${list.stdout}${all.stdout}`.split("\n").filter((line) => line.length > 80);
    expect(wide).toEqual([]);
  });

  test("a code that is not there is answered with those that were probably meant", async () => {
    const { code, stdout, stderr } = await command(["explain", "E1203", "1230"], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      'error[E1002]: there is no code "E1230"\n  Did you mean E1203, E1302, E1320? evals explain lists all codes.\n',
    );
    expect((await command(["explain", "nonsense"], { cwd })).stderr).toContain(
      "evals explain lists all codes.",
    );
    expect((await command(["explain", "E2009"], { cwd })).stderr).toContain("Did you mean E2");
  });

  test("--json is one document, of one code or of all", async () => {
    const one = JSON.parse((await command(["explain", "3002", "--json"], { cwd })).stdout);
    expect(one).toMatchObject({ schema: 1, command: "explain", codes: [{ code: "E3002", exit: 4 }] });
    expect(one.codes[0].steps[0]).toEqual({ text: expect.any(String), paste: "df -h results" });
    const all = JSON.parse((await command(["explain", "--json"], { cwd })).stdout);
    expect(all.codes.map((found: { code: string }) => found.code)).toEqual(codes);
    const unknown = await command(["explain", "E9999", "--json"], { cwd });
    expect(JSON.parse(unknown.stdout)).toMatchObject({ schema: 1, error: { code: "E1002" } });
  });

  test("commands are named as they are typed here, by the built program", async () => {
    const { code, stdout } = await program(["explain", "E3101"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("       npx evals repair RUN\n       npx evals resume RUN\n");
  });

  test("docs/errors.md is what the explanations say", () => {
    expect(readFileSync(join(root, "docs/errors.md"), "utf8")).toBe(errorsReference());
  });
});

const SUITE = (model: string, more = "") => `name: s
models: { m: ${model} }
tasks: { t: { dataset: ${more || "cases.jsonl"}, prompt: "{{ q }}", scorers: [{ exact: { expected: x } }] } }
`;

/** Suites that are wrong in one way, by the code of it. */
const WRONG: { readonly [code: string]: string } = {
  E1101: "name: [",
  E1111: SUITE("{ backend: openai, model: a, api_key: abcdefgh }"),
  E1120: SUITE("{ backend: opnai, model: a }"),
  E1121: SUITE("{ backend: replay, from: a.jsonl, temperature: 0 }"),
  E1124: "name: s\nmodels: { m: { backend: simulated } }\ntasks: {}\n",
  E1309: SUITE("{ backend: simulated }", "absent.jsonl"),
  E2002: SUITE("{ backend: openai, model: a }"),
  E2003: SUITE("{ backend: openai, model: a, base_url: https://stranger.example/v1 }"),
  E2010: SUITE("{ backend: replay, from: absent.jsonl }"),
  E2013: SUITE("{ backend: module, path: absent.mjs }"),
};

test.each(Object.entries(WRONG))("a run that %s stops exits as its explanation says", async (code, text) => {
  const folder = mkdtempSync(join(tmpdir(), "evals-explain-"));
  writeFileSync(join(folder, "suite.yaml"), text);
  writeFileSync(join(folder, "cases.jsonl"), '{"id":"a","q":"x"}\n');
  const ran = await command(["run", "suite.yaml"], { cwd: folder });
  const explained = await command(["explain", code], { cwd });
  expect(ran.stderr).toMatch(new RegExp(`^error\\[${code}\\]: `, "m"));
  expect(explained.stdout).toContain(`\nExit code ${ran.code}, `);
});

test("a spent quota is told apart from a host that is not trusted", async () => {
  const server = createServer((_, response) => {
    response.writeHead(429, { "content-type": "application/json" });
    response.end('{"error":{"message":"no credit","code":"insufficient_quota"}}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  try {
    const folder = mkdtempSync(join(tmpdir(), "evals-explain-"));
    const model = `{ backend: openai, model: a, base_url: "http://127.0.0.1:${address.port}/v1" }`;
    writeFileSync(join(folder, "suite.yaml"), SUITE(model));
    writeFileSync(join(folder, "cases.jsonl"), '{"id":"a","q":"x"}\n');
    const { code, stderr } = await command(["run", "suite.yaml"], { cwd: folder });
    expect(code).toBe(4);
    expect(stderr).toContain("error[E2007]: The server answered 429: no credit");
    expect(stderr).toContain("Add credit at the provider");
  } finally {
    await new Promise((closed) => server.close(closed));
  }
});

describe("under what is wrong", () => {
  async function onTerminal(args: readonly string[], isTty: boolean) {
    let stderr = "";
    const io = {
      out: () => undefined,
      err: (text: string) => {
        stderr += text;
      },
      program: "evals",
      cwd,
      variables: {},
      isTty,
      color: false,
      columns: 80,
    };
    await evals(args, io);
    return stderr;
  }
  const HINT = "evals explain E1150 tells more\n";

  test("a terminal names the command that explains it, once and last", async () => {
    const stderr = await onTerminal(["validate", "absent.yaml", "none.yaml"], true);
    expect(stderr.split(HINT)).toHaveLength(2);
    expect(stderr.endsWith(`0 calls made.\n${HINT}`)).toBe(true);
    expect(await onTerminal(["report", "no-such-run"], true)).toMatch(/evals explain E3104 tells more\n$/);
  });

  test("a log and a document do not", async () => {
    expect(await onTerminal(["validate", "absent.yaml"], false)).not.toContain("tells more");
    expect(await onTerminal(["validate", "absent.yaml", "--json"], true)).not.toContain("tells more");
    expect(await onTerminal(["report", "no-such-run", "--json"], true)).not.toContain("tells more");
  });
});
