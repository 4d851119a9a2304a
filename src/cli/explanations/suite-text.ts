import { type Explanation, NOTHING_SENT } from "./explanation.ts";

/** What can be wrong with a suite file as a text: found before its parts are compared with each other. */
export const SUITE_TEXT: readonly Explanation[] = [
  {
    code: "E1100",
    title: "the suite is not a UTF-8 file",
    means: "Some bytes of the suite file are no UTF-8; it was probably saved as Latin-1 or UTF-16.",
    why: "Read in the wrong encoding, a prompt would be sent with other letters than those you see in your editor.",
    steps: [
      { text: "Convert a Latin-1 file:", paste: "iconv -f latin1 -t utf8 old.yaml > suite.yaml" },
      {
        text: "Convert a UTF-16 file (an editor calls it Unicode):",
        paste: "iconv -f utf16 -t utf8 old.yaml > suite.yaml",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1101",
    title: "the suite is not valid YAML",
    means:
      "The text breaks off the structure of YAML at the caret: a tab in the indentation, a quote or bracket that is not closed, a second colon in a text without quotes. Only the first such place is told.",
    why: "Behind the first mistake of the syntax a reader only guesses, and what it guesses would be run.",
    steps: [
      { text: "Indent by spaces alone, the keys of one part in the same column." },
      {
        text: "Put a text that holds a colon, a hash, a brace or a bracket in quotes, or below the key as a block:",
        paste: "prompt: |\n  Answer: {{ question }}",
      },
      { text: "Check again; nothing is sent:", paste: "evals validate SUITE" },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1102",
    title: "the suite has a key that means nothing there",
    means: "A key is misspelt, or stands in a part of the suite that does not take it.",
    why: "An unknown key that is passed over is a setting that you believe in and that does nothing: a limit that is not kept, a rule that is not checked.",
    steps: [
      {
        text: "Take the key that is suggested, or one of the known keys of that part, which the message lists.",
      },
      {
        text: "If the key belongs to another part, move it there: retries, limits and tokens stand in settings or on a model, scorers in a task, rules in the gate.",
        paste: "settings: { max_tokens: 512, repeats: 3 }",
      },
      {
        text: "Let your editor complete keys, by this first line of the suite:",
        paste: "# yaml-language-server: $schema=node_modules/evals/schema/suite.schema.json",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1103",
    title: "a value of the suite has the wrong shape",
    means:
      "A text stands where a number, a list or a map belongs, a number is outside its bounds, a duration has no unit that is known, or what belongs to a name is not indented below it.",
    why: "Turning 5 into 0.05, or a text into a list of one, would be a guess about what you want measured or allowed.",
    steps: [
      {
        text: "Write what the message expects. Shares go from 0 to 1, durations have a unit:",
        paste: "margin: 0.05\ntimeout: 30s",
      },
      {
        text: "If the message says that a name is empty, indent the lines below it further than the name:",
        paste: "models:\n  gpt-4:\n    backend: openai\n    model: gpt-4o-2024-08-06",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1104",
    title: "the suite lacks something that it cannot do without",
    means:
      "A required key is not there: name, models or tasks of the suite, the backend of a model, the dataset, prompt or scorers of a task; or models is empty.",
    why: "There is no default that would be right: which model is asked, about what and how it is scored is the measurement itself.",
    steps: [
      {
        text: "Add the key that the message names, in the part that it names. The least that runs:",
        paste:
          'name: support\nmodels:\n  gpt: { backend: openai, model: gpt-4o-2024-08-06 }\ntasks:\n  classify:\n    dataset: cases.jsonl\n    prompt: "{{ body }}"\n    scorers: [exact]',
      },
      { text: "If the key is there, it is indented into another part or misspelt: compare the columns." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1105",
    title: "a key stands twice in one part of the suite",
    means:
      "Two keys of the same name stand in one map: two models or tasks of one name, or a setting given twice.",
    why: "Many readers of YAML keep the last of the two in silence. Which one you mean, nobody can tell.",
    steps: [
      { text: "Delete one of the two; the message names the line of the first." },
      {
        text: "To measure one model in two ways, give each way a name:",
        paste:
          "models:\n  gpt-4: { backend: openai, model: gpt-4o-2024-08-06 }\n  gpt-4-short: { model_of: gpt-4, max_tokens: 64 }",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1106",
    title: "a key of the suite is no plain name",
    means:
      "A key is itself a list or a map, is << (a merge key) or __proto__; or a template stands without quotes, which YAML reads as a map.",
    why: "YAML 1.2 has no merge keys, so that readers differ in what they make of them; and a template that was read as a map is no text any more.",
    steps: [
      { text: "Put templates in quotes:", paste: 'prompt: "{{ body }}"' },
      {
        text: "Write the keys of a merge out, or let a model take over another one:",
        paste: "proposed: { model_of: current, temperature: 0.2 }",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1107",
    title: "the suite has a number that cannot be stored",
    means: "A value is .nan, .inf or a number too large for JSON to hold.",
    why: "The suite is kept with every run as JSON, in which such a value would become null and decide something else.",
    steps: [
      { text: "Write an ordinary number. For no limit, leave the key out." },
      { text: "If a text is meant, put it in quotes:", paste: 'stop: ".inf"' },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1108",
    title: "an alias of the suite leads nowhere, or into itself",
    means: "*name stands where no &name comes before it, or inside of the very part that &name marks.",
    why: "The first has no value, and the second would be endless.",
    steps: [
      { text: "Mark the part before it is used:", paste: "settings: &shared { max_tokens: 512 }" },
      {
        text: "If a text begins with a star and no alias is meant, put it in quotes:",
        paste: 'stop: "*end*"',
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1109",
    title: "the suite is nested or multiplied beyond reason",
    means:
      "It is nested more than 100 deep, or has more than 200,000 values, those counted again that aliases repeat.",
    why: "A few lines of aliases can stand for billions of values. Such a file would take all memory before anything could be said about it.",
    steps: [
      {
        text: "Move cases, and lists that are long, into a dataset; the suite reads them as fields:",
        paste: "dataset: cases.jsonl",
      },
      { text: "Write out what aliases of aliases repeat, or leave it out." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1110",
    title: "the suite is larger than 5 MB",
    means: "The file has more than 5,000,000 bytes.",
    why: "A suite is read whole and kept with every run; cases are not, and may be a million.",
    steps: [
      {
        text: "Move the cases into a file, one JSON object per line, and name it in the task:",
        paste: "dataset: cases.jsonl",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1111",
    title: "a key stands in the suite",
    means:
      "A value of the suite looks like an API key, or stands on a model under a name such as api_key, token, secret or password.",
    why: "Suites are committed, sent around and copied into every run folder: a key in one is a key that others have.",
    steps: [
      { text: "Make a new key at the provider and revoke this one: it was written to a file." },
      {
        text: "Name the variable that holds it, and leave the key itself out:",
        paste: "gpt: { backend: openai, model: gpt-4o, api_key_env: TEAM_KEY }",
      },
      { text: "Set the variable in the shell or in CI:", paste: "export TEAM_KEY=…" },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1150",
    title: "the suite file cannot be read",
    means: "There is no file of that name, it is a folder, or this user may not read it.",
    why: "Without the suite nothing is known of what to ask.",
    steps: [
      {
        text: "Check the path: it is relative to the folder that the command is run in. A suite that was probably meant is suggested.",
      },
      { text: "To start from a suite that runs at once:", paste: "evals init" },
    ],
    cost: NOTHING_SENT,
  },
];
