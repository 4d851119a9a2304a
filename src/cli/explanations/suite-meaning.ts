import { type Explanation, NOTHING_SENT } from "./explanation.ts";

/** What can be wrong between the parts of a suite, each of which is well written. */
export const SUITE_MEANING: readonly Explanation[] = [
  {
    code: "E1120",
    title: "the suite names something that is not there",
    means:
      "A backend or scorer is of no kind that evals has; or a model or judge is named that the suite does not define.",
    why: "The name decides who is asked or how it is scored; there is nothing to fall back on.",
    steps: [
      { text: "Take the name that is suggested, or one of those that the message lists." },
      {
        text: "Define the model or judge under the name that is used:",
        paste: "judges:\n  grader: { backend: openai, model: gpt-4o-2024-08-06 }",
      },
      {
        text: "A scorer of your own is a module, by its file:",
        paste: "scorers:\n  - module: { path: ./my-scorer.mjs }",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1121",
    title: "a model would be sent a parameter that it cannot honour",
    means:
      "The suite sets a parameter (temperature, seed, stop, response_schema, tools, …) for a model whose backend has no such parameter, or does not have it together with another option of the model.",
    why: "Dropped in silence, the models would be compared under different conditions, and sent all the same the provider would refuse every call.",
    steps: [
      {
        text: "If it stands in settings, move it to the models that know it:",
        paste:
          "models:\n  gpt-4: { backend: openai, model: gpt-4o-2024-08-06, temperature: 0 }\n  claude: { backend: anthropic, model: claude-sonnet-5 }",
      },
      {
        text: "If it stands on the model, leave it out. To know how much answers vary, ask each case several times:",
        paste: "settings: { repeats: 3 }",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1122",
    title: "the options of a scorer do not fit it",
    means: "An option is unknown to the scorer, missing, or of the wrong kind.",
    why: "A misspelt option would score by the default, and every score of the run would mean something else.",
    steps: [
      {
        text: "Compare with the options of the scorer, which the message lists; docs/scorers.md has examples of each.",
      },
      {
        text: "A value of a case is given as one field, in quotes:",
        paste: 'scorers:\n  - choice: { options: [billing, bug], expected: "{{ label }}" }',
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1123",
    title: "two scorers of a task have the same name",
    means: "A task uses one scorer twice, or two of its scorers were given one name.",
    why: "The columns of the result, and the rules of the gate, tell scores apart by that name.",
    steps: [
      {
        text: "Give one of them a name of its own:",
        paste: "scorers:\n  - exact\n  - exact: { name: strict, ignore_case: false }",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1124",
    title: "the suite has no task",
    means: "tasks is an empty map: tasks: {}.",
    why: "Without a task there is no case to ask and no score to compare.",
    steps: [
      {
        text: "Write at least one task, indented below tasks:",
        paste:
          'tasks:\n  classify:\n    dataset: cases.jsonl\n    prompt: "{{ body }}"\n    scorers: [exact]',
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1125",
    title: "the budget in USD could not be kept",
    means:
      "There is a budget in USD, and for one of the models that would be called the price is unknown or nothing limits the length of its answers.",
    why: "Before a call is sent, the most that it can cost is put aside. Where that has no bound, a cap would only be noticed after it was broken.",
    steps: [
      { text: "Limit the answers:", paste: "settings: { max_tokens: 512 }" },
      {
        text: "Give a model that is not in the price table its price, in USD per million tokens:",
        paste: "price: { input: 2.5, output: 10 }",
      },
      {
        text: "Or cap the calls, for which no price is needed:",
        paste: "settings: { budget: { calls: 2000 } }",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1126",
    title: "a workflow cannot be run as it is written",
    means:
      "A target has two workflows, or none that is known; it builds on, or asks, a model that has a workflow itself; it needs samples that differ and the model has a seed or temperature 0; results are given for a tool that is not declared, or a declared tool has none; or a model with a workflow or tools meets a task that is a conversation.",
    why: "Each of these either cannot be carried out or would pay several times for the same answer.",
    steps: [
      {
        text: "Have workflows build on, and ask, models that have none:",
        paste:
          "models:\n  gpt-4: { backend: openai, model: gpt-4o-2024-08-06 }\n  gpt-4-vote: { model_of: gpt-4, workflow: { vote: { samples: 5 } } }",
      },
      {
        text: "For a vote, leave seed out and set a temperature above 0 beside the workflow, where the model takes one.",
      },
      { text: "Name the same tools under tools and under the results of the workflow." },
      { text: "Measure conversations in a suite of their own, without workflows and tools." },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1127",
    title: "a judge of the suite cannot judge",
    means:
      "It has a workflow; it has the name of a model; it makes embeddings where a verdict is needed, or the other way round; or a scorer compares with the baseline and the suite has no gate that names one. A model that makes embeddings and is to be measured counts too.",
    why: "A judge answers in one call, in one form. Any other would leave every sample that it should score without a score.",
    steps: [
      {
        text: "Define judges apart from the models that are measured:",
        paste:
          "judges:\n  grader: { backend: openai, model: gpt-4o-2024-08-06 }\n  vectors:\n    backend: openai\n    model: text-embedding-3-small\n    api: embeddings",
      },
      {
        text: "For a scorer that compares with the baseline, name it in a gate:",
        paste: "gate:\n  baseline: gpt-4\n  require: [{ metric: score, margin: 0.03 }]",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1128",
    title: "this run cannot be asked in batches",
    means:
      "Batches are wanted (--batch, or batch: true in the settings), and a model has a workflow, a task is a conversation, or no model is on a backend that has batches: openai and anthropic have.",
    why: "A batch answers within a day, all at once. Calls that wait for one another would take a day each.",
    steps: [
      { text: "Ask it call by call:", paste: "evals run SUITE" },
      {
        text: "Or leave out what cannot be in a batch:",
        paste: "evals run SUITE --batch --filter model=gpt-4 --filter model=claude",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1129",
    title: "the suite runs code, and that is refused here",
    means:
      "A model, workflow or scorer of the suite is a file of code, or a scorer runs what models write in the sandbox, and --no-code or EVALS_NO_CODE says that no code of a suite may run.",
    why: "Code of a suite has all rights of the user who starts it. Whoever does not know where a suite comes from can thus check and run what of it is data.",
    steps: [
      {
        text: "Read the file that the message names. If you trust it, leave --no-code out, or the variable:",
        paste: "unset EVALS_NO_CODE\nevals run SUITE",
      },
      {
        text: "Else take the model or scorer that runs it out of the suite; the caret shows where it stands.",
      },
    ],
    cost: "0 calls made, and none of the code was loaded.",
  },
  {
    code: "E1130",
    title: "a rule of the gate does not say something that can be checked",
    means:
      "It bounds nothing, or by the wrong bound (a margin is for scores, at_most for costs and times), or names a scorer or part that its metric does not have; or is about a slice in which no case is; or two settings of the gate contradict each other.",
    why: "A rule that nothing can break would let every candidate pass, and one that nothing can decide would let none.",
    steps: [
      {
        text: "Hold scores to a margin or an at_least, all other metrics to an at_most:",
        paste:
          "require:\n  - { metric: score, margin: 0.03 }\n  - { metric: cost, at_most: 0.5x }\n  - { metric: latency_p95, at_most: 3s }",
      },
      {
        text: "A sub-score names its scorer:",
        paste: "- { metric: sub_score, scorer: classify, part: billing, margin: 0.05 }",
      },
      {
        text: "claim: dataset is there to ask fewer cases: leave out stop: never, or the claim. judge_kappa needs a task with a judge.",
      },
    ],
    cost: NOTHING_SENT,
  },
  {
    code: "E1131",
    title: "the gate names a model, task or scorer that is not in the suite",
    means:
      "baseline, candidates, or the task or scorer of a rule is none of the suite's; or the baseline is a candidate too; or there is no candidate at all.",
    why: "A gate decides by name which model replaces which. It would decide about nothing, or about a model against itself.",
    steps: [
      {
        text: "Take the names under models and tasks, letter by letter:",
        paste:
          "gate:\n  baseline: gpt-4\n  candidates: [claude, llama-3]\n  require: [{ metric: score, margin: 0.03 }]",
      },
      { text: "If the suite has one model only, add the one that may replace it." },
    ],
    cost: NOTHING_SENT,
  },
];
