import { type Explanation, NOTHING_SENT } from "./explanation.ts";

/** What can be wrong with the tables of a dataset, and with its cases taken together. */
export const DATASET_CHECKS: readonly Explanation[] = [
  {
    code: "E1310",
    title: "the dataset is not valid CSV",
    means: "A quote is not closed, or stands in the middle of a field.",
    why: "From a wrong quote on, commas and line breaks are read as text: the rest of the file would become one case.",
    steps: [
      {
        text: "Put fields that hold commas, quotes or line breaks in quotes, and write each quote inside twice:",
        paste: 'id,input,expected\na,"She said ""no"", twice",no',
      },
      { text: "Or let a program write the file as JSON Lines, which has no such rules." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1311",
    title: "the columns of a CSV file are not separated by commas",
    means:
      "The header is one column with semicolons or tabs in it, as spreadsheets write it in many languages.",
    why: "Every case would have one field with all values in it, and no template would find its own.",
    steps: [
      { text: "Save the file again with commas between the columns." },
      {
        text: "Or convert it, with DuckDB:",
        paste: "duckdb -c \"COPY (FROM read_csv('old.csv', delim=';')) TO 'cases.csv'\"",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1312",
    title: "two columns of a CSV file have the same name",
    means: "A name stands twice in the first row.",
    why: "A case has one value by each name; one of the two columns would be lost without a word.",
    steps: [
      { text: "Rename one of them in the first row, or delete the column that the suite does not read." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1313",
    title: "a row of a CSV file has more or fewer fields than the header",
    means: "The message names the row and both counts. Mostly a field holds a comma and is not in quotes.",
    why: "From that comma on, every value would stand under the name of its neighbour.",
    steps: [
      {
        text: "Put the field that holds a comma in quotes:",
        paste: 'id,input,expected\na,"Hello, world",greeting',
      },
      { text: "Write an empty field for a value that is missing: a,,greeting." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1314",
    title: "a JSON or YAML dataset is larger than 256 MB",
    means: "The file is longer than 256 × 1,048,576 bytes.",
    why: "JSON and YAML lists are read whole. JSON Lines and CSV are read case by case and may be of any length.",
    steps: [
      {
        text: "Make JSON Lines of it and name that in the suite:",
        paste: "jq -c '.[]' cases.json > cases.jsonl",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1315",
    title: "a case could not be scored by the scorers of its task",
    means:
      "A value that a scorer takes from the case does not fit: an expected answer that is none of the options, a number that is none, a pattern that is not valid, a conversation without turns.",
    why: "Every answer to this case would go without a score, or get one that means nothing, whatever the model said.",
    steps: [
      { text: "Change the value at the caret to what the message asks for." },
      {
        text: "Or change the scorer's options, if the case is right:",
        paste: '- choice: { options: [billing, bug, other], expected: "{{ label }}" }',
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1316",
    title: "the dataset has no cases",
    means: "The file is empty, or holds an empty list, or a header without rows.",
    why: "A comparison over no case proves nothing, and must not look like one that found no difference.",
    steps: [
      { text: "Check that the program that writes the file has ended, and wrote to this path." },
      { text: "Write at least one case:", paste: '{"id": "a", "input": "…", "expected": "…"}' },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1317",
    title: "the dataset has more faults than are listed",
    means:
      "The first 20 faults of a file are told one by one; this line counts the others and stands at the place of the first of them. It is a consequence of theirs, never alone.",
    why: "Thousands of lines would scroll away the first ones, which mostly are all of one kind.",
    steps: [
      { text: "Mend what the first ones have in common, and check again:", paste: "evals validate SUITE" },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1318",
    title: "some cases lack a field that the suite reads",
    means:
      "The message counts them and shows the first. A field whose value is null is there; a column of a .csv file always is.",
    why: "A field that was left out by mistake would become an empty place in a prompt, in some cases only, where nobody notices it.",
    steps: [
      {
        text: "List the cases that lack it:",
        paste: "jq -c 'select(has(\"context\") | not) | .id' cases.jsonl",
      },
      {
        text: "If nothing belongs there, say so with null:",
        paste: '{"id": "a", "input": "…", "context": null}',
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1319",
    title: "a key stands twice in one object of the dataset",
    means: "One case, or an object inside of it, has two values under one name.",
    why: "Readers of JSON keep the last of the two in silence. Which one is right, the file does not say.",
    steps: [{ text: "Delete one of them at the caret, or rename it." }],
    cost: NOTHING_SENT,
  },
  {
    code: "E1320",
    title: "some cases have an id and others have none",
    means: "The message counts the cases without one and shows the first.",
    why: "A case without an id goes by its number, which could be the id of another case, and changes when a line is put in above it.",
    steps: [
      {
        text: "Give every case an id. This numbers those that have none:",
        paste: "jq -c '.id //= \"n\\(input_line_number)\"' cases.jsonl > with-ids.jsonl",
      },
      { text: "Or take them all out:", paste: "jq -c 'del(.id)' cases.jsonl > without-ids.jsonl" },
    ],
    cost: NOTHING_SENT,
  },
];
