import { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import { workflows } from "./registry.ts";
import type { Workflow, WorkflowExample } from "./workflow.ts";

const INTRO = `# Workflows

A target is a model, or a model with a workflow: a way to answer in several steps. A target with a workflow is asked,
scored, compared and gated as any other, so that "a cheap model with a workflow against a dear one without" is one line:

\`\`\`yaml
models:
  mini: { backend: openai, model: gpt-4o-mini }
  full: { backend: openai, model: gpt-4o-2024-08-06 }
  mini-voted: { model_of: mini, workflow: { vote: { samples: 5 } } }
\`\`\`

\`model_of\` takes over another model of the suite; parameters and settings beside it replace that model's own.
\`workflow\` also stands beside \`backend\` and \`model\`, where the model is not asked without it.

- Every step is kept in \`samples.jsonl\`: its name, the model, what was sent where that was not the task's own prompt,
  the answer, tokens and times. The result table shows the calls a case.
  \`evals compare RUN --cases N\` shows the steps behind the cases that flipped, what each asked, said and took; so does
  the case explorer of \`evals view\`.
- \`evals compare\` and \`evals report\` tell where a workflow repaired answers and where it lost them: see below.
- The cost is that of every step at its own model's price. The latency is the slowest call of each round, summed, as
  where a team sends the calls of a round side by side; the time to the first token is unknown. A sample's calls are
  sent one after the other, within the limits of concurrency.
- Every finished step goes into the answer cache: a sample that was cut off goes on where it stopped, and a run with
  more samples pays for the new ones only. A step that fails is asked again as any call is; one that fails for good
  leaves the sample \`failed\`.
- A refused or empty step has no say. Where no step says anything, the first one's outcome is the target's.
- \`timeout\` holds for one call. Steps that are no answers (a critique, a choice) are asked without \`response_schema\`,
  \`tools\` and \`stop\`.

## Inside a workflow

The drafts of a workflow (the first answer and its revisions, the samples of a vote, the tries of a fallback) are scored
by the task's own scorers, as if each had been the answer. No call is made for it. \`evals compare\` then shows, here with
made-up figures:

\`\`\`text
inside reflected (reflect): 71.0 %, its first draft alone 62.0 %; +9.0 points, 95 % interval +3.6 to +14.4
  of 200 first drafts 124 are fully right, 76 are not: repaired 25, broke 7
  draft to revision 1 (112): repaired 25, broke 7
inside voted (vote): 70.5 %, its first draft alone 63.5 %; +7.0 points, 95 % interval +2.3 to +11.7
  of 200 first drafts 127 are fully right, 73 are not: repaired 19, broke 5
  a single sample scores 63.1 % on average, the best of 5 84.5 %; of the +21.4 points between them it got +7.4
inside routed (fallback): 82.0 %, its first draft alone 66.5 %; +15.5 points, 95 % interval +9.9 to +21.1
  of 200 first drafts 133 are fully right, 67 are not: repaired 34, broke 3
  the first model sufficed for 151 of 200 (75.5 %), which score 82.8 %
  49 routed on: 79.6 %, the first model's own answers 16.3 %
  cost $0.21; all to the other model about $0.74, as its calls went: 71.6 % saved
\`\`\`

- *Repaired* and *broke* count the samples whose answer scores more, or less, than the first draft.
- *The best of 5* takes each case's best sample, as a judge that is never wrong would.
- What all cases would have cost with the other model is taken from its calls on the routed ones; where it is a model of
  the run itself, the comparison with it says it exactly.
- The steps of \`chain\` and \`tools\` are no drafts of the answer. What is told of them is how far the answers got, and what
  those that got there scored: where the workflow loses its cases.

## Would a cheaper model with a workflow do?

Every workflow, whatever its kind, is set beside the model that it asks and beside the model in use, case by case, where
the run asked those by themselves. From a run with made-up figures, with a margin of 3 points in the gate:

\`\`\`text
inside equipped (tools), made of mini
  how 400 answers ended: 2 turns 341 (score 90.6 %); 3 turns 40 (score 80.0 %); step limit of 8, a call without a result 19 (score 0.0 %)
  beside mini alone: 85.3 % instead of 62.0 %, +23.3 points (+18.6 to +27.9); of 400 cases repaired 101, broke 8; cost 2.31x [2.27x, 2.35x], latency 2.12x [2.05x, 2.19x]
  beside full: 85.3 % instead of 84.5 %, +0.8 points (-2.1 to +3.6); of 400 cases better on 21, worse on 18; cost 0.230x [0.226x, 0.234x], latency 1.64x [1.58x, 1.70x]
  would it do in the place of full? yes, its score is within the margin of 3.0 points, and it is cheaper: 0.230x the cost (by the gate)
\`\`\`

- *Repaired* and *broke* count the cases that the target scores more, or less, on than its model alone. Both were asked,
  so chance is in these counts: a model that is asked twice also differs. The interval of the difference is what counts.
- The intervals of cost and latency are those of \`evals compare\`. A latency is compared where both sides were timed.
- The last line is the gate's own word where it judged the two, and that of each task at the margin otherwise (\`evals
  compare RUN --baseline full --candidate equipped --margin 0.03\`). Without a margin there is none.
- Put the bare model under \`models\` too, though it is no candidate: it shows what the workflow is worth, and its calls
  are the smaller part.`;

/** The reference of all workflows, as Markdown: what each one does, its options, and its examples. */
export function workflowsReference(): string {
  return `${[INTRO, ...[...workflows.values()].map(section)].join("\n\n")}\n`;
}

function section({ name, summary, options, examples }: Workflow): string {
  const shown = examples.length === 0 ? MODULE : exampleTable(examples);
  return [`## \`${name}\``, summary, optionTable(options), shown].join("\n\n");
}

const MODULE = `\`\`\`js
// flow.mjs, with workflow: { module: { path: flow.mjs, calls: 2, models: [full] } }
export default async ({ prompt, ask }) => {
  const draft = await ask({ step: "draft" });
  if (draft.outcome === "answered" && /^(billing|bug|other)$/.test(draft.text)) return draft.text;
  const second = await ask({ step: "second look", model: "full", messages: prompt });
  return second.text;
};
\`\`\`

The function runs in a thread of its own, which is ended at an endless loop. Its own time counts in the latency. What
it throws, a step's name that stands twice, a call too many, or a prompt that is too long leaves the sample \`failed\`.
A call that fails ends the sample, and the function is not told: it is asked again as any sample is.`;

const objectSchema = z.object({
  required: z.array(z.string()).default([]),
  properties: z.record(
    z.string(),
    z.object({
      description: z.string().default(""),
      default: z.json().optional(),
      enum: z.array(z.string()).optional(),
    }),
  ),
});

function optionTable(options: z.ZodObject): string {
  const { required, properties } = objectSchema.parse(z.toJSONSchema(options, { io: "input" }));
  const rows = Object.entries(properties).map(([name, { description, default: preset, enum: values }]) => {
    const choices = values === undefined ? "" : ` One of ${values.map(code).join(", ")}.`;
    const fallback =
      preset !== undefined ? code(JSON.stringify(preset)) : required.includes(name) ? "required" : "";
    return `| \`${name}\` | ${cell(description)}.${choices} | ${fallback} |`;
  });
  return ["| option | meaning | default |", "|---|---|---|", ...rows].join("\n");
}

function exampleTable(examples: readonly WorkflowExample[]): string {
  const rows = examples.map(({ options, replies, answer }) => {
    const end = answer === "" ? "(none)" : code(answer);
    return `| ${settings(options)} | ${replies.map(replyText).join(", ")} | ${end} |`;
  });
  return ["| options | calls answered with | answer |", "|---|---|---|", ...rows].join("\n");
}

function replyText(reply: WorkflowExample["replies"][number]): string {
  if (reply === null) return "(refused)";
  if (typeof reply === "string") return reply === "" ? "(empty)" : code(reply);
  const calls = Object.entries(reply).map(([name, given]) => `${name}(${JSON.stringify(given)})`);
  return `calls ${code(calls.join(", "))}`;
}

function settings(options: JsonObject): string {
  return Object.entries(options)
    .map(([key, value]) => code(`${key}: ${JSON.stringify(value)}`))
    .join(" ");
}

function code(text: string): string {
  return cell(`\`${text.replaceAll("\n", "\\n").replaceAll("`", "'")}\``);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
