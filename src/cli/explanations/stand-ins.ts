import { type Explanation, NOTHING_BEGUN } from "./explanation.ts";

/** What stands in for a model: recorded answers and functions of the user's; and batches. */
export const STAND_INS: readonly Explanation[] = [
  {
    code: "E2010",
    title: "there are no recorded answers where the suite says",
    means: "from: of a replay model is neither a file nor the folder of a run with its samples.jsonl.",
    why: "Each case would go unanswered, which says nothing about the model that was recorded.",
    steps: [
      {
        text: "The path is relative to the suite file. List the runs that are there, with their ids:",
        paste: "evals list",
      },
      {
        text: "Name the run's folder, or a JSONL file of {id, output}:",
        paste: "old: { backend: replay, from: ../results/support/20261101-093000-x7k2 }",
      },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2011",
    title: "a line of the recorded answers cannot be used",
    means:
      "The message names the line: it is no JSON object, lacks the id or the output, or is a second answer to a case that has one already.",
    why: "An answer that is passed over would count as one that the model never gave, and of two answers to one question neither is the right one.",
    steps: [
      {
        text: "Write one answer a line; repeats have their number, from 0, and turns of a conversation theirs, from 1:",
        paste: '{"id": "a", "output": "billing"}\n{"id": "a", "repeat": 1, "output": "bug"}',
      },
      {
        text: "If the fields have other names, say which:",
        paste: "old:\n  backend: replay\n  from: answers.jsonl\n  id_field: key\n  output_field: text",
      },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2012",
    title: "it is not clear whose recorded answers are meant",
    means:
      "The recording holds the answers of several models and the suite does not say which, or it names one that is not in it.",
    why: "Answers of two models under one name would be compared as if one had given both.",
    steps: [
      {
        text: "Name one of the models that the message lists:",
        paste: "old:\n  backend: replay\n  from: ../results/support/20261101-093000-x7k2\n  target: gpt-4",
      },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2013",
    title: "the file of a module is not there",
    means:
      "A model or a workflow of the suite is a function of yours, and there is no file at its path. The message says where it was looked for.",
    why: "Without the function there is nobody to ask.",
    steps: [
      {
        text: "Check the path: it is relative to the suite file, and has its ending:",
        paste: "own: { backend: module, path: ./own-model.mjs }",
      },
      { text: "If the file is built, build it first; in CI too." },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2014",
    title: "nobody can say whether a batch was made",
    means:
      "A batch was sent, its confirmation was lost, and the provider did not answer the question whether it is there: up to six times, with growing waits.",
    why: "Sent again, the batch could be there twice, and be paid for twice.",
    steps: [
      {
        text: "When the provider can be reached again, go on: the batch is looked for before anything is sent.",
        paste: "evals resume RUN",
      },
    ],
    cost: "Batches that were sent before go on at their provider and are paid for once. The run is resumable.",
  },
  {
    code: "E2015",
    title: "the results of a batch cannot be read",
    means: "The batch is over, and its results broke off or were refused each time they were asked for.",
    why: "Without the end of the file nobody knows which answers are missing; to ask those again would be to pay twice.",
    steps: [
      {
        text: "Collect them later. OpenAI keeps them until they are deleted, Anthropic for 29 days:",
        paste: "evals resume RUN",
      },
      { text: "If the key was refused, set one of the same account and project: only that may read them." },
    ],
    cost: "The answers are there and will not be paid for again. Those that were read are in the journal, and the run is resumable.",
  },
  {
    code: "E2016",
    title: "the batches of a run cannot be asked after",
    means: "The provider refused to say how far a batch is, or could not be reached for half an hour.",
    why: "The batches need no watching: ending here loses nothing, waiting on would only keep the machine busy.",
    steps: [
      { text: "Take the run up when the provider answers again:", paste: "evals resume RUN" },
      { text: "If the key was refused, set one of the same account and project before." },
    ],
    cost: "The batches go on at their provider and are paid for once. The run is resumable.",
  },
];
