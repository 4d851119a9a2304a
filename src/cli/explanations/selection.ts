import { type Explanation, NOTHING_SENT } from "./explanation.ts";

/** What a sound suite cannot be asked to do: selections, shards, early stops, labels. */
export const SELECTION: readonly Explanation[] = [
  {
    code: "E1601",
    title: "the flags leave nothing to ask",
    means:
      "A --filter matches no task, model or case of the suite, or several of them leave no case between them.",
    why: "A run of nothing would end well. In CI a filter with a typing error would then keep the gate from ever looking.",
    steps: [
      {
        text: "Take the names that the message lists; a star matches anything, and the shell must not see it:",
        paste: "evals run SUITE --filter 'case=refund-*'",
      },
      {
        text: "See what would be asked, with nothing sent:",
        paste: "evals run SUITE --filter task=classify --dry-run",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1602",
    title: "a dataset has changed since the run began",
    means:
      "The run to go on with, or to merge, was begun on a file with other bytes than those that lie there now.",
    why: "Half of the answers would be to the old cases and half to the new ones, and no comparison could tell which.",
    steps: [
      {
        text: "Put the file back as it was (git log names the commit), and go on:",
        paste: "git checkout COMMIT -- datasets/tickets.jsonl\nevals resume RUN",
      },
      {
        text: "Or begin a new run on the new file. Answers to cases that did not change come from the cache:",
        paste: "evals run SUITE",
      },
    ],
    cost: "0 new calls made. The answers of the run are kept as they are; with the old file it can be resumed.",
  },
  {
    code: "E1603",
    title: "these runs are not the shards of one run",
    means:
      "One of them was run without --shard; they differ in the suite, a dataset, the seed, the models, a filter or the version of evals; or a shard is given twice.",
    why: "Joined all the same, cases would count twice, or answers to different questions would stand side by side.",
    steps: [
      {
        text: "Run every shard from the same commit with the same flags, and give each of them once:",
        paste:
          "evals run SUITE --shard 1/2 --out shards/1\nevals run SUITE --shard 2/2 --out shards/2\nevals merge shards/1 shards/2",
      },
      { text: "The message says in what two of them differ: run the one that is out of line again." },
    ],
    cost: "0 calls made, and no file was written. The runs stay as they are.",
  },
  {
    code: "E1604",
    title: "this run cannot stop early, or cannot run to its end",
    means:
      "--stop early is wanted where there is no gate, in a shard, with models filtered out, or where answers are scored beside the baseline's; or --stop never where the gate claims something about the dataset alone.",
    why: "An early stop looks at both models over the whole order of cases; over a part of it, its error rates would not be what the gate promises.",
    steps: [
      { text: "Let the run decide whether it may:", paste: "evals run SUITE --stop auto" },
      { text: "Or ask all cases:", paste: "evals run SUITE --stop never" },
      { text: "With claim: dataset in the gate, leave --stop out." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1701",
    title: "the file of labels cannot be used",
    means:
      "It cannot be read, is empty, has a line that is no object, lacks a field, names an item twice or one that was not drawn, or leaves a line without a score or with one that is not on the scale.",
    why: "Labels left out are rarely left out by chance. A judge would be corrected by those items alone that were easy to label.",
    steps: [
      {
        text: "Draw a sheet anew and fill in the score of every line:",
        paste: "evals calibrate RUN --draw 60 > labels.jsonl\nevals calibrate RUN --labels labels.jsonl",
      },
      {
        text: "If your fields have other names, say which:",
        paste: "evals calibrate --labels l.jsonl --verdicts v.jsonl --id item",
      },
    ],
    cost: "0 calls made. The run and its scores stay as they are.",
  },
];
