import { type Explanation, NOTHING_SENT } from "./explanation.ts";

/** Mistakes on the command line, and of the commands that write a suite. */
export const COMMAND_LINE: readonly Explanation[] = [
  {
    code: "E1001",
    title: "there is no command of that name",
    means: "The first word of the command line is not one of the commands that evals --help lists.",
    why: "Guessing which command was meant could start calls that cost money; the nearest name is only suggested.",
    steps: [
      { text: "Look the name up:", paste: "evals --help" },
      { text: "To run a suite, the command comes before the file:", paste: "evals run SUITE" },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1002",
    title: "the command line cannot be understood",
    means:
      "A flag is unknown, a value does not have the form that its flag takes, two flags exclude each other, an argument is missing or one too many stands there.",
    why: "A flag that is dropped or misread would measure something other than what was asked for.",
    steps: [
      { text: "Compare with the flags of the command:", paste: "evals run --help" },
      {
        text: "Put values that the shell would expand in quotes:",
        paste: "evals run SUITE --filter 'model=gpt-*'",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1003",
    title: "evals init would overwrite files that are there",
    means: "evals/starter.yaml or datasets/starter.jsonl already stands in the folder.",
    why: "The starter may have been made into a suite of your own since, and nothing keeps a copy of it.",
    steps: [
      { text: "Write the starter into a folder of its own:", paste: "evals init my-evals" },
      { text: "If both files may go, overwrite them:", paste: "evals init --force" },
    ],
    cost: "0 calls made, and no file was written.",
  },
  {
    code: "E1004",
    title: "these files could not be made into a suite",
    means:
      "The files are of no format that evals import knows, or not all of the same one; or nothing in them can be asked and scored; or the folder to write to has files in it.",
    why: "Half an import looks like a whole suite. Either a suite is written, with a list of what was left out, or nothing is.",
    steps: [
      {
        text: "Import the files of different tools one by one, each to its own folder:",
        paste: "evals import promptfooconfig.yaml --out evals/imported",
      },
      { text: "If only the folder is in the way and may be written to, add --force." },
      {
        text: "For a format that is not known, write cases as JSON Lines and start from the starter:",
        paste: "evals init",
      },
    ],
    cost: "0 calls made, and no file was written.",
  },
];
