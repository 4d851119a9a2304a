import { type Explanation, ONLY_READ } from "./explanation.ts";

/** What can be wrong with the files of a run, by themselves. */
export const RUNS: readonly Explanation[] = [
  {
    code: "E3101",
    title: "records in the journal of a run are damaged",
    means:
      "Lines of samples.jsonl or judgements.jsonl do not have the checksum that they were written with; the message names them. Half a record at the end, which a kill leaves, is no damage: it is cut and kept aside.",
    why: "The journal is what everything else is made from. A record that was changed could be an answer that no model gave.",
    steps: [
      { text: "Restore the file from a copy, if there is one." },
      {
        text: "Else drop exactly the damaged records, which are kept in a file beside it, and ask those samples again:",
        paste: "evals repair RUN\nevals resume RUN",
      },
    ],
    cost: "0 calls made by what told this. After a repair, the dropped samples alone are asked again.",
  },
  {
    code: "E3102",
    title: "run.json is not the manifest of a run",
    means:
      "The file is no JSON, or lacks something that a manifest has: it was edited by hand, or written by another version of evals.",
    why: "The manifest says what was asked and with which settings. Without it the answers cannot be told apart.",
    steps: [
      { text: "Restore it from a copy, or read the run with the version that wrote it." },
      {
        text: "The answers themselves are in the journal, and can be compared in a new run without a call:",
        paste:
          "old:\n  backend: replay\n  from: ../results/support/20261101-093000-x7k2/samples.jsonl\n  target: gpt-4",
      },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3103",
    title: "another process is writing this run",
    means:
      "The lock of the run folder belongs to a process that is alive, or to one on another machine, of which that cannot be known. The message names process, machine and age. The lock of a process that died here is taken over without a word.",
    why: "Two writers would ask everything twice and mix their records in one journal.",
    steps: [
      {
        text: "Wait until it has ended, or look at what it is, by its number:",
        paste: "ps -p 4711 -o pid,etime,args",
      },
      { text: "If it ran on a machine that is gone, delete the lock that the message names." },
    ],
    cost: "0 calls made by the command that was refused. The other process is not disturbed.",
  },
  {
    code: "E3104",
    title: "there is no such run",
    means:
      "No run in the folder of results has this id or is at this path; latest finds none where nothing was run yet. For evals trend: no run of a suite of this name.",
    why: "A gate on the wrong run would be worse than none.",
    steps: [
      { text: "See which runs are there; the end of an id is enough:", paste: "evals list" },
      {
        text: "If they were written elsewhere, name that folder:",
        paste: "evals report latest --out ~/evals-results",
      },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3105",
    title: "the name fits more than one run",
    means: "What was given is the beginning or the end of several ids; the message lists up to five of them.",
    why: "Which of them is reported or judged must not depend on their order.",
    steps: [
      { text: "Give more letters of the id, or latest for the newest run:", paste: "evals gate latest" },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3106",
    title: "a line of scores.jsonl is not a scored sample",
    means: "The message names the line. The file was edited by hand, or written by another version of evals.",
    why: "Scores decide verdicts: one that cannot be read may not be left out.",
    steps: [
      {
        text: "Delete the file. The next command that reads the run makes it again from the journal, without a call:",
        paste: "rm results/support/RUN/scores.jsonl\nevals report RUN",
      },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3107",
    title: "the record of a batch is damaged",
    means:
      "A file below batches/ in the folder of the run does not have the checksum or the content that it was written with.",
    why: "It says where answers are that may be paid for already. Passed over, they would be bought a second time.",
    steps: [
      { text: "Restore the file from a copy, and go on:", paste: "evals resume RUN" },
      {
        text: "To do without those answers, delete the file that the message names and resume: its samples are asked again, and paid for again.",
      },
    ],
    cost: "0 calls made by this command. What was sent before goes on at the provider.",
  },
];
