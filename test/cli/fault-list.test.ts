import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "./said.ts";

const SOUND = `name: support
models:
  current:  { backend: simulated, model: a, accuracy: 0.9 }
  proposed: { backend: simulated, model: b, accuracy: 0.9 }
settings: { max_tokens: 64 }
tasks:
  classify:
    dataset: tickets.jsonl
    prompt: "{{ body }}"
    scorers: [exact]
  triage:
    dataset: triage.csv
    prompt: "{{ body }}"
    scorers: [exact]
gate:
  baseline: current
  candidates: [proposed]
  require:
    - { metric: score, margin: 0.03 }
`;
const TICKETS = '{"id":"a","body":"x","expected":"y"}\n{"id":"b","body":"x","expected":"y"}\n';
const TRIAGE = "id,body,expected\n1,x,y\n2,x,y\n";

/** A folder with the suite, changed by pairs of a text and what it becomes. */
function folder(changes: readonly (readonly [from: string, to: string])[], tickets = TICKETS): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-faults-"));
  const suite = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the suite has no ${JSON.stringify(from)}`);
    return text.replace(from, to);
  }, SOUND);
  writeFileSync(join(cwd, "suite.yaml"), suite);
  writeFileSync(join(cwd, "tickets.jsonl"), tickets);
  writeFileSync(join(cwd, "triage.csv"), TRIAGE);
  return cwd;
}

/** `file:line message`, one line per fault, as `evals validate` shows them. */
async function faultsIn(cwd: string): Promise<readonly string[]> {
  const { code, stderr } = await command(["validate", "suite.yaml"], { cwd });
  if (code === 0) return [];
  return [...stderr.matchAll(/^error\[E\d+\]: (.*)\n {2}([^:\n]+:\d+):\d+$/gm)].map(
    ([, message, place]) => `${place} ${message}`,
  );
}

const MANY = [
  ["current:  { backend: simulated", "current:  { backend: simulted"],
  ["dataset: tickets.jsonl", "dataset: ticket.jsonl"],
  ["scorers: [exact]\n  triage", "scorers: [exactt]\n  triage"],
  ['triage.csv\n    prompt: "{{ body }}"', 'triage.csv\n    prompt: "{{ bdy }}"'],
  ["candidates: [proposed]", "candidates: [propsed]"],
  ["margin: 0.03", "margn: 0.03"],
] as const;

const ALL = [
  'suite.yaml:3 there is no backend "simulted"',
  'suite.yaml:8 the dataset "ticket.jsonl" is not there',
  'suite.yaml:10 there is no scorer "exactt"',
  "suite.yaml:13 the suite reads {{ bdy }}, but no case of triage.csv has that field",
  'suite.yaml:17 the gate names "propsed", which is not a model of this suite',
  'suite.yaml:19 unknown key "margn" in a rule of the gate',
];

test("faults of shape, of names and of datasets are told in one list, in the order of the lines", async () => {
  expect(await faultsIn(folder(MANY))).toEqual(ALL);
});

test.each([["run"], ["plan"], ["doctor"]])(
  "%s tells the same list, exits 2 and asks nothing",
  async (name) => {
    const cwd = folder(MANY);
    const whole = await command(["validate", "suite.yaml"], { cwd });
    const said = await command([name, "suite.yaml"], { cwd });
    expect(said).toEqual({
      code: 2,
      stdout: name === "doctor" ? expect.stringMatching(/^ {2}evals +\d/) : "",
      stderr: whole.stderr,
    });
    expect(said.stderr).toMatch(/\n0 calls made\.\n$/);
    const { stdout } = await command([name, "suite.yaml", "--json"], { cwd });
    const messages = JSON.parse(stdout).faults.map(({ message }: { message: string }) => message);
    expect(messages).toEqual(ALL.map((fault) => fault.replace(/^\S+ /, "")));
  },
);

test("a task that cannot be read leaves the datasets of the others to be checked", async () => {
  const faults = await faultsIn(
    folder([
      [
        'prompt: "{{ body }}"\n    scorers: [exact]\n  triage',
        "promt: hello\n    scorers: [exact]\n  triage",
      ],
    ]),
  );
  expect(faults).toEqual(['suite.yaml:9 unknown key "promt" in task "classify"']);
  const both = folder([
    ["dataset: tickets.jsonl", "dataset: 7"],
    ['triage.csv\n    prompt: "{{ body }}"', 'triage.csv\n    prompt: "{{ bdy }}"'],
  ]);
  expect((await faultsIn(both)).map((fault) => fault.split(" ")[0])).toEqual([
    "suite.yaml:8",
    "suite.yaml:13",
  ]);
});

test.each([
  [
    "models: a list",
    [
      ["models:\n  current:  {", "models:\n  - {"],
      ["  proposed: {", "  - {"],
    ],
    3,
  ],
  ["models misspelt", [["models:", "modles:"]], 2],
  ["tasks misspelt", [["tasks:", "task:"]], 6],
  ["the baseline has another shape", [["baseline: current", "baseline: [current]"]], 16],
  ["a model has no backend", [["proposed: { backend: simulated, ", "proposed: { "]], 4],
  ["the settings have another shape", [["{ max_tokens: 64 }", "{ max_tokens: many }"]], 5],
  ["a model was copied and not renamed", [["  proposed: {", "  current: {"]], 4],
  ["a key stands twice", [["gate:\n", "gate:\n  baseline: proposed\n"]], 17],
] as const)("%s: no reference to it is reported", async (_, changes, line) => {
  const faults = await faultsIn(folder(changes));
  expect(faults.map((fault) => fault.split(" ")[0])).toEqual([`suite.yaml:${line}`]);
});

test("two tasks on one faulty dataset tell its fault once", async () => {
  const cwd = folder([["triage.csv", "tickets.jsonl"]], TICKETS.replace('"b"', '"a"'));
  expect(await faultsIn(cwd)).toEqual(['tickets.jsonl:2 duplicate id "a"']);
});

test("at most 20 faults are shown, the suite's own first, with the count of the others", async () => {
  const wrong = Array.from({ length: 30 }, () => '{"id":"a","body":"x","expected":"y"}\n').join("");
  const cwd = folder([["margin: 0.03", "margin: 5"]], wrong);
  const { stderr } = await command(["validate", "suite.yaml"], { cwd });
  expect(stderr.match(/^error\[/gm)).toHaveLength(20);
  expect(stderr).toMatch(/^error\[E1103\]/);
  expect(stderr).toContain("\n... and 10 more\n");
});

test("a budget that cannot be kept is told beside what is wrong elsewhere", async () => {
  const cwd = folder([
    ["{ max_tokens: 64 }", "{ max_tokens: 64, budget: { usd: 5 } }"],
    ["backend: simulated, model: b, accuracy: 0.9", "backend: openai, model: nobody-knows"],
    ["triage.csv", "triag.csv"],
  ]);
  const faults = await faultsIn(cwd);
  expect(faults).toEqual([
    'suite.yaml:4 the price of "proposed" is unknown, so a budget in USD cannot be kept',
    'suite.yaml:12 the dataset "triag.csv" is not there',
  ]);
});

test("a sound suite has none", async () => {
  const cwd = folder([]);
  expect(await faultsIn(cwd)).toEqual([]);
  expect(readFileSync(join(cwd, "suite.yaml"), "utf8")).toBe(SOUND);
});

test("a slice or a cluster by a field that no case has is told before anything is paid for", async () => {
  const cwd = folder([
    ["dataset: tickets.jsonl\n", "dataset: tickets.jsonl\n    cluster: customer\n    slices: [bdy]\n"],
    ["margin: 0.03 }", "where: { language: de }, margin: 0.03 }"],
  ]);
  expect(await faultsIn(cwd)).toEqual([
    'suite.yaml:9 the suite groups cases by "customer", but no case of tickets.jsonl has that field',
    'suite.yaml:10 the suite groups cases by "bdy", but no case of tickets.jsonl has that field',
    'suite.yaml:21 the suite groups cases by "language", but no case of tickets.jsonl or triage.csv has that field',
  ]);
});

test("a rule about a slice without a case is told with the values that are there", async () => {
  const tickets = TICKETS.replaceAll('"x"', '"x","language":"de","tags":["must-pass"]');
  const language = [
    ["margin: 0.03 }", "task: classify, where: { language: dee }, margin: 0.03 }"],
    ["require:\n", "require:\n    - { metric: score, where: { tags: must-pass }, at_least: 1 }\n"],
  ] as const;
  const { stdout } = await command(["validate", "suite.yaml", "--json"], { cwd: folder(language, tickets) });
  expect(JSON.parse(stdout).faults).toMatchObject([
    {
      code: "E1130",
      line: 20,
      message: "no case of tickets.jsonl has language=dee: this rule could never be decided",
      hint: "did you mean language: de? Values there: language: de.",
    },
  ]);
});

test("a suite without a gate is not run with --gate", async () => {
  const cwd = folder([[SOUND.slice(SOUND.indexOf("gate:")), ""]]);
  const { code, stderr } = await command(["run", "suite.yaml", "--gate"], { cwd });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      "error[E1002]: this suite has no gate to exit with\n  Leave --gate out, or add one to the suite.\n",
  });
  expect(readdirSync(cwd)).not.toContain("results");
});

test("doctor tells the key that only a judge needs, at its line", async () => {
  const cwd = folder([
    ["settings:", "judges:\n  fair: { backend: openai, model: gpt-4o }\nsettings:"],
    ["scorers: [exact]", "scorers: [{ judge: { model: fair, rubric: Short. } }]"],
  ]);
  const { code, stdout, stderr } = await command(["doctor", "suite.yaml"], { cwd });
  expect(code).toBe(4);
  expect(stdout).toMatch(/OPENAI_API_KEY +is not set\n/);
  expect(stderr).toContain(
    "  suite.yaml:6:3\n  6 |   fair: { backend: openai, model: gpt-4o }\n    |   ^^^^ needed by fair\n",
  );
});
