import { describe, expect, test } from "vitest";
import { shelves } from "../../src/cli/shelves.ts";
import type { Fault } from "../../src/domain/fault.ts";
import { parseSuite } from "../../src/suite/parse-suite.ts";

const SOUND = `name: support
models:
  gpt: { backend: openai, model: gpt-4o }
  llama: { backend: ollama, model: "llama3.1:8b" }
tasks:
  qa:
    dataset: qa.jsonl
    prompt: "{{ question }}"
    scorers: [exact]
gate:
  baseline: gpt
  require:
    - { metric: score, margin: 0.03 }
`;

function parse(text: string | Uint8Array) {
  return parseSuite(typeof text === "string" ? Buffer.from(text) : text, "/suite.yaml", shelves);
}

/** `code line:column part of the source under the caret | label`, one line per fault. */
function faultsOf(text: string | Uint8Array): readonly string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.faults.map(shown);
}

function shown({ code, place, source, label }: Fault): string {
  const part =
    place !== undefined && place.line === place.endLine
      ? source?.slice(place.column - 1, place.endColumn - 1)
      : "";
  return `${code} ${place?.line}:${place?.column} ${part}${label === undefined ? "" : ` | ${label}`}`;
}

const changed = (from: string, to: string) => {
  if (!SOUND.includes(from)) throw new Error(`the suite has no ${JSON.stringify(from)}`);
  return SOUND.replace(from, to);
};

describe("a scorer's name and weight", () => {
  test.each([
    ["exact: { weight: -1 }", "E1103 10:26 -1"],
    ["exact: { weight: heavy }", "E1103 10:26 heavy"],
    ["exact: { name: 3 }", "E1103 10:24 3"],
    ["exact: { weight: 0 }", "E1103 9:5 scorers"],
    ['exact: { weight: "2 x {{ w }}" }', 'E1103 10:26 "2 x {{ w }}"'],
    ['exact: { name: "{{ kind }}" }', 'E1103 10:24 "{{ kind }}"'],
    ['module: { path: "{{ file }}" }', 'E1122 10:25 "{{ file }}"'],
  ])("%s is refused at its place", (scorer, fault) => {
    expect(faultsOf(changed("[exact]", `\n      - ${scorer}`))).toEqual([fault]);
  });

  test("a weight may be a field of the case, and is read from it", () => {
    const parsed = parse(changed("[exact]", '\n      - exact: { weight: "{{ w }}" }'));
    const [task] = parsed.ok ? parsed.value.tasks : [];
    expect(task?.scorers[0]?.weight).toBe("{{ w }}");
    expect(task?.reads.map(({ path }) => path)).toContain("w");
  });
});

describe("a conversation", () => {
  const talk = (prompt: string, scorer = "exact") =>
    changed('prompt: "{{ question }}"', `prompt: ${prompt}`).replace("[exact]", `\n      - ${scorer}`);

  test("has a system message, turns, and what of it each scorer judges", () => {
    const parsed = parse(
      talk('{ system: Hi, turns: "{{ talk }}" }', 'exact: { turns: each, expected: "{{ turn.a }}" }'),
    );
    const [task] = parsed.ok ? parsed.value.tasks : [];
    expect(task).toMatchObject({
      prompt: [{ role: "system", content: "Hi" }],
      turns: "{{ talk }}",
      scorers: [{ turns: "each", options: { expected: "{{ turn.a }}" } }],
    });
    expect(task?.reads.map(({ path }) => path)).toEqual(["talk", "turn.a"]);
  });

  test.each([
    ["turns that are one text", talk("{ turns: Hello }"), "E1103 8:22 Hello"],
    ["turns of a question", talk('"{{ q }}"', "exact: { turns: each }"), "E1103 10:25 each"],
    ["another choice", talk("{ turns: [Hi] }", "exact: { turns: every }"), "E1103 10:25 every"],
    [
      "a pair at each turn",
      talk("{ turns: [Hi] }", "pairwise: { model: gpt, criteria: Better., turns: each }"),
      "E1103 10:59 each",
    ],
  ])("%s: refused at its place", (_, text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  test("is held by models alone", () => {
    const text = talk("{ turns: [Hi] }").replace(
      "tasks:",
      "  v: { model_of: gpt, workflow: { vote: { samples: 3 } } }\ntasks:",
    );
    expect(faultsOf(text)).toEqual(["E1126 5:3 v"]);
  });
});

describe("a model that makes embeddings", () => {
  const embedder = "judges:\n  e: { backend: openai, model: e-1, api: embeddings }\ntasks:";
  const scored = (scorer: string) => changed("tasks:", embedder).replace("[exact]", `\n      - ${scorer}`);

  test("is named by semantic, and by nothing that wants a verdict", () => {
    expect(faultsOf(scored("semantic: { model: e }"))).toEqual([]);
    expect(faultsOf(scored("semantic: { model: gpt }"))).toEqual(["E1127 12:28 gpt"]);
    expect(faultsOf(scored("judge: { model: e, rubric: Good. }"))).toEqual(["E1127 12:25 e"]);
    expect(faultsOf(scored('semantic: { model: "{{ m }}" }'))[0]).toMatch(/^E11\d\d 12:28 /);
  });

  test("is not measured, and is sent no parameter", () => {
    expect(faultsOf(changed("model: gpt-4o", "model: e-1, api: embeddings"))).toEqual([
      "E1127 3:44 embeddings",
    ]);
    const warm = scored("semantic: { model: e }").replace(
      "api: embeddings",
      "api: embeddings, temperature: 0.5",
    );
    expect(faultsOf(warm)).toEqual(["E1121 6:54 temperature"]);
  });
});

describe("a sound suite", () => {
  test("has its models, tasks and gate, with every default filled in", () => {
    const parsed = parse(SOUND);
    if (!parsed.ok) throw new Error(parsed.faults.map(shown).join("\n"));
    const { value } = parsed;
    expect(value.models.map(({ name, backend, model }) => [name, backend, model])).toEqual([
      ["gpt", "openai", "gpt-4o"],
      ["llama", "ollama", "llama3.1:8b"],
    ]);
    expect(value.models[0]?.settings).toMatchObject({ repeats: 1, maxAttempts: 6, timeoutMs: 120_000 });
    expect(value.gate).toMatchObject({ baseline: "gpt", candidates: ["llama"], confidence: 0.95 });
    expect(value.gate?.missing).toBe("worst-case");
  });

  test("says where its prompt and its scorers read a field", () => {
    const parsed = parse(changed("[exact]", '\n      - exact: { expected: "{{ answers.best }}" }'));
    if (!parsed.ok) throw new Error(parsed.faults.map(shown).join("\n"));
    const reads = parsed.value.tasks[0]?.reads.map(
      ({ path, place }) => `${path} ${place.line}:${place.column}`,
    );
    expect(reads).toEqual(["question 8:14", "answers.best 10:29"]);
  });

  test("is JSON as well as YAML", () => {
    const json = JSON.stringify({
      name: "j",
      models: { a: { backend: "openai", model: "m" } },
      tasks: { t: { dataset: "d.jsonl", prompt: "{{ q }}", scorers: ["exact"] } },
    });
    expect(parse(json).ok).toBe(true);
  });

  test("names recorded answers, functions and simulated models by their own name, and asks a server by an id", () => {
    const parsed = parse(changed("backend: openai, model: gpt-4o", "backend: replay, from: answers.jsonl"));
    if (!parsed.ok) throw new Error(parsed.faults.map(shown).join("\n"));
    expect(parsed.value.models[0]?.model).toBe("gpt");
    expect(faultsOf(changed(", model: gpt-4o", ""))).toEqual(["E1104 3:3 gpt"]);
  });

  test("lets a model's own settings win over the suite's", () => {
    const parsed = parse(
      changed("tasks:", "settings: { max_tokens: 100, repeats: 2 }\ntasks:").replace(
        "model: gpt-4o }",
        "model: gpt-4o, max_tokens: 7, timeout: 3s }",
      ),
    );
    if (!parsed.ok) throw new Error(parsed.faults.map(shown).join("\n"));
    const [gpt, llama] = parsed.value.models;
    expect([gpt?.parameters.maxTokens, llama?.parameters.maxTokens]).toEqual([7, 100]);
    expect([gpt?.settings.timeoutMs, gpt?.settings.repeats]).toEqual([3000, 2]);
  });
});

describe("every fault has its code and its place", () => {
  const deep = `name: ${"[".repeat(150)}${"]".repeat(150)}\n`;
  test.each<readonly [string, string | Uint8Array, readonly string[]]>([
    ["bytes that are not UTF-8", Uint8Array.from([0x6e, 0xe9]), ["E1100 1:1 "]],
    ["YAML that does not parse", "name: [a\n", ["E1101 2:1 "]],
    [
      "a metric that there is not",
      changed("metric: score", "metric: scor"),
      ['E1103 13:17 scor | did you mean "score"?'],
    ],
    ["an unknown key", changed("prompt:", "promt:"), ['E1102 8:5 promt | did you mean "prompt"?']],
    [
      "a key of the settings beside them",
      changed("name: support", "budget: { calls: 5 }\nname: support"),
      ["E1102 1:1 budget | it stands in settings"],
    ],
    [
      "a key of the gate in a task",
      changed("prompt:", "margin: 0.03\n    prompt:"),
      ["E1102 8:5 margin | it stands in a rule of the gate"],
    ],
    ["a value of the wrong shape", changed("name: support", "name: 5"), ["E1103 1:7 5"]],
    ["an empty file", "", ["E1103 1:1 "]],
    ["a key that is missing", changed("    dataset: qa.jsonl\n", ""), ["E1104 6:3 qa"]],
    [
      "a key that stands twice",
      changed("gate:", "name: again\ngate:"),
      ["E1105 10:1 name | first used on line 1"],
    ],
    ["a merge key", changed("  qa:\n", "  qa:\n    <<: { a: 1 }\n"), ["E1106 7:5 <<"]],
    [
      "a key that names a prototype",
      changed("  qa:\n", "  qa:\n    __proto__: 1\n"),
      ["E1106 7:5 __proto__"],
    ],
    ["a value that JSON cannot hold", changed("margin: 0.03", "margin: .nan"), ["E1107 13:32 .nan"]],
    ["an alias without an anchor", changed("[exact]", "*shared"), ["E1108 9:14 *shared"]],
    ["an alias inside its own anchor", changed("[exact]", "&a [*a]"), ["E1108 9:18 *a"]],
    ["nesting beyond reason", deep, ["E1109"]],
    ["nesting that overflows the reader", `a: ${"[".repeat(20_000)}`, ["E1109"]],
    ["a suite of more than 5 MB", `name: ${"x".repeat(5_000_001)}\n`, ["E1110 1:1 "]],
    ["a key of a provider", changed("model: gpt-4o", "model: gpt-4o, api_key: abc"), ["E1111 3:42 api_key"]],
    [
      "a backend that does not exist",
      changed("openai", "opneai"),
      ['E1120 3:19 opneai | did you mean "openai"?'],
    ],
    [
      "a scorer that does not exist",
      changed("exact", "exactly"),
      ['E1120 9:15 exactly | did you mean "exact"?'],
    ],
    [
      "a parameter that a backend cannot honour",
      changed("backend: openai", "backend: anthropic, temperature: 0"),
      ["E1121 3:30 temperature"],
    ],
    [
      "an option that a scorer does not know",
      changed("[exact]", "[{ numeric: { tolerence: 1 } }]"),
      ['E1122 9:28 tolerence | did you mean "tolerance"?'],
    ],
    ["two scorers of one name", changed("[exact]", "[exact, exact]"), ["E1123 9:22 exact"]],
    [
      "a suite without a task",
      changed(SOUND.slice(SOUND.indexOf("tasks:")), "tasks: {}\n"),
      ["E1124 5:1 tasks"],
    ],
    ["a rule that bounds nothing", changed(", margin: 0.03", ""), ["E1130 13:7 { metric: score }"]],
    [
      "a margin on something that is no score",
      changed("metric: score", "metric: cost"),
      ["E1130 13:23 margin"],
    ],
    [
      "a gate that names an unknown model",
      changed("baseline: gpt", "baseline: gtp"),
      ['E1131 11:13 gtp | did you mean "gpt"?'],
    ],
    [
      "a candidate that is the baseline",
      changed("  require:", "  candidates: [gpt]\n  require:"),
      ["E1131 12:16 gpt"],
    ],
    ["a score that is held to a ceiling", changed("margin: 0.03", "at_most: 0.5"), ["E1130 13:24 at_most"]],
    [
      "a sub-score without a scorer",
      changed("metric: score", "metric: sub_score"),
      ["E1130 13:7 { metric: sub_score, margin: 0.03 }"],
    ],
    [
      "a sub-score of a scorer that no task has",
      changed("metric: score", "metric: sub_score, scorer: exat"),
      ['E1131 13:36 exat | did you mean "exact"?'],
    ],
    [
      "a sub-score that is the task's score",
      changed("metric: score", "metric: sub_score, scorer: exact"),
      ["E1130 13:36 exact"],
    ],
    [
      "a scorer of a rule on the score",
      changed("metric: score", "metric: score, scorer: exact"),
      ["E1130 13:24 scorer"],
    ],
  ])("%s", (_, text, expected) => {
    const faults = faultsOf(text);
    expect(faults.map((fault, at) => fault.slice(0, expected[at] === "E1109" ? 5 : undefined))).toEqual(
      expected,
    );
  });
});

describe("faults as a whole", () => {
  test("all of a file are told at once, in the order of the file", () => {
    const text = changed("support", "5").replace("prompt:", "promt:").replace("margin: 0.03", "margin: 3");
    expect(faultsOf(text).map((fault) => fault.split(" ")[0])).toEqual(["E1103", "E1102", "E1103"]);
  });

  test("a misspelt key is told once, as misspelt and not as missing", () => {
    expect(faultsOf(changed("scorers:", "scorer:"))).toEqual(['E1102 9:5 scorer | did you mean "scorers"?']);
  });

  test("a secret is starred out of the line that is shown", () => {
    const key = `sk-${"a".repeat(40)}`;
    const parsed = parse(changed("model: gpt-4o", `model: gpt-4o, api_key: ${key}`));
    if (parsed.ok) throw new Error("a suite with a key was read");
    expect(JSON.stringify(parsed.faults)).not.toContain(key);
  });

  test("an alias bomb is refused in no time", () => {
    const levels = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`);
    expect(faultsOf(["l0: &l0 [x]", ...levels].join("\n")).map((fault) => fault.slice(0, 5))).toContain(
      "E1109",
    );
  });
});
