import { type Explanation, NOTHING_SENT } from "./explanation.ts";

/** What can be wrong with a dataset, in whichever format, and between it and the suite. */
export const DATASETS: readonly Explanation[] = [
  {
    code: "E1203",
    title: "the suite reads a field that no case has",
    means:
      "A template of a prompt or a scorer, a slice, a cluster or a rule of the gate names a field, and not one case of its dataset has it. Fields are told apart by upper and lower case.",
    why: "The model would be asked a question with a hole in it, for every case, and a slice or rule by that field would be about no case, while the run looks as if it had measured something.",
    steps: [
      {
        text: "Take the name that is suggested, or one of the fields of the dataset that the message lists:",
        paste: 'prompt: "Ticket: {{ body }}"',
      },
      {
        text: "Or add the field to the cases. One inside of another is read with a dot, here as {{ ticket.body }}:",
        paste: '{"id": "a", "ticket": {"body": "…"}}',
      },
      { text: "Check again; nothing is sent:", paste: "evals validate SUITE" },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1300",
    title: "the dataset cannot be parsed",
    means:
      "A line of a .jsonl file is not JSON, or the last one is cut off; a .jsonl file holds one document over several lines; or a .json or .yaml file breaks its syntax at the caret.",
    why: "A case that is passed over changes what is measured: both models would be compared on fewer cases than you think.",
    steps: [
      { text: "Mend the line at the caret; a file that was still being written is written again." },
      {
        text: "Name a file that is one JSON list .json; or make lines of it:",
        paste: "jq -c '.[]' cases.json > cases.jsonl",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1301",
    title: "two cases of a dataset have the same id",
    means:
      "An id stands a second time; the message names the line of the first. Where no case has an id, its number is its id.",
    why: "Answers of different models, repeats and resumed runs are matched by id. Of two cases with one id, the answer to one would be scored as the answer to the other.",
    steps: [
      { text: "Delete the case that was copied, or give it an id of its own." },
      {
        text: "List the ids that are there more than once:",
        paste: "jq -r .id cases.jsonl | sort | uniq -d",
      },
      {
        text: "If the ids mean nothing, take them all out:",
        paste: "jq -c 'del(.id)' cases.jsonl > without-ids.jsonl",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1302",
    title: "a case is not an object, or the file is not a list of cases",
    means:
      "A line of a .jsonl file or an item of a list is a text, a number or a list; or a .json or .yaml file holds something other than one list.",
    why: "The suite reads a case by the names of its fields, which only an object has.",
    steps: [
      { text: "Write each case as an object:", paste: '{"id": "a", "input": "…", "expected": "…"}' },
      {
        text: "Take the list out of the object that it stands in:",
        paste: "jq '.cases' export.json > cases.json",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1303",
    title: "a case or dataset is larger or deeper than is read",
    means:
      "It is nested more than 200 deep; one record, or a whole .json or .yaml file, has more than 1,000,000 keys and values (those that aliases repeat counted again); or a .csv file has more than 10,000 columns.",
    why: "A few bytes can stand for more than any memory holds. The bounds lie far above any use and are checked before the file is taken apart.",
    steps: [
      {
        text: "Make JSON Lines of a large list: they are read case by case.",
        paste: "jq -c '.[]' cases.json > cases.jsonl",
      },
      {
        text: "Keep in the case what the suite reads, and leave out what it does not:",
        paste: "jq -c '{id, input, expected}' large.jsonl > cases.jsonl",
      },
      { text: "Write out what aliases of a YAML dataset repeat." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1304",
    title: "a value of a YAML or JSON dataset would change when it is read",
    means:
      "A number is written in a way that does not come back: 1.10 would become 1.1, 0x1F 31, and a number of many digits another one.",
    why: "A model would be shown, or an answer compared with, something other than what stands in the file.",
    steps: [
      {
        text: "Put it in quotes, as the message shows:",
        paste: '- { id: a, input: "1.10", expected: "1.10" }',
      },
      { text: "If the number itself is meant, write it the shorter way: 1.1." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1305",
    title: "a case has a field named __proto__",
    means: "An object of the dataset, or the header of a .csv file, uses __proto__ as a name.",
    why: "To programs in JavaScript that name is no field: it could change what other fields seem to hold.",
    steps: [
      {
        text: "Rename the field:",
        paste: `sed 's/"__proto__"/"proto"/g' cases.jsonl > renamed.jsonl`,
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1306",
    title: "the id or the tags of a case are of the wrong kind",
    means:
      "id is neither a text nor a number, or tags is not a list of texts. In a .csv file tags are one text, separated by semicolons.",
    why: "Results are matched by id, and slices and must-pass rules are formed by tags: neither may be guessed.",
    steps: [
      { text: "Write both as here:", paste: '{"id": "a", "tags": ["must-pass", "german"], "input": "…"}' },
      { text: "If the field means something else in your data, rename it and the templates that read it." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1307",
    title: "the dataset is not a UTF-8 file",
    means:
      "A line has a byte that is no UTF-8; the message names the first one. The file was probably saved as Latin-1 or UTF-16, as spreadsheets do.",
    why: "Models would be sent other letters than those that were meant, mostly in names and in languages other than English, and would be scored for it.",
    steps: [
      { text: "Convert a Latin-1 file:", paste: "iconv -f latin1 -t utf8 old.csv > cases.csv" },
      { text: "Convert a UTF-16 file:", paste: "iconv -f utf16 -t utf8 old.csv > cases.csv" },
      { text: "From a spreadsheet, choose “CSV UTF-8” when saving." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1308",
    title: "the dataset has no format that is read",
    means: "Its name ends in something other than .jsonl, .csv, .json, .yaml or .yml.",
    why: "The format is taken from the name: guessing it from the content would read some file wrongly one day.",
    steps: [
      { text: "Rename the file after its format." },
      {
        text: "Make JSON Lines of a Parquet file, with DuckDB:",
        paste: "duckdb -c \"COPY (FROM 'cases.parquet') TO 'cases.jsonl' (FORMAT JSON)\"",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1309",
    title: "the dataset cannot be read",
    means: "There is no such file, it is a folder, or this user may not read it.",
    why: "A task without its cases measures nothing.",
    steps: [
      {
        text: "Check the path. It is relative to the suite file, not to the folder that the command is run in:",
        paste: "dataset: ../datasets/tickets.jsonl",
      },
      { text: "Name one file; a folder is not searched." },
    ],
    cost: NOTHING_SENT,
  },
];
