import { z } from "zod";
import { READING_HELP, readAnswer, reading } from "./agreement.ts";
import { samplesOf } from "./question.ts";
import { defineWorkflow, type Given, type Reply, type Script } from "./workflow.ts";

const options = z
  .strictObject({
    samples: z.int().min(2).max(100).default(5).describe("How often the prompt is asked"),
    pick: z
      .enum(["majority", "median"])
      .default("majority")
      .describe("`majority`: the answer that most samples give, the first of equals; `median`: of numbers"),
    read: reading.optional().describe(`${READING_HELP} (default \`answer\`; \`number\` for the median)`),
  })
  .refine(({ pick, read }) => pick !== "median" || read === undefined || read === "number", {
    path: ["read"],
    message: "the median is of numbers: leave read out",
  });
type Options = z.output<typeof options>;

/** Self-consistency (Wang et al. 2023, arXiv:2203.11171): the answer that independent samples agree on. */
export const vote = defineWorkflow({
  name: "vote",
  summary: "Asks the prompt several times and takes the answer that most samples give, or the median.",
  options,
  examples: [
    { options: { samples: 3 }, replies: ["billing", "bug", "**Bug**."], answer: "bug" },
    {
      options: { samples: 3 },
      replies: ["2+2=4, so the answer is 4", "The answer is 5.", "I get #### nothing.\nThe answer is 4."],
      answer: "2+2=4, so the answer is 4",
    },
    { options: { samples: 3, pick: "median" }, replies: ["about 10", "12", "900"], answer: "12" },
    { options: { samples: 4 }, replies: ["a", "b", "b", "a"], answer: "a" },
    { options: { samples: 3 }, replies: [null, "", "yes"], answer: "yes" },
  ],
  bind: (bound) => ({
    mostCalls: bound.samples,
    others: [],
    resamples: true,
    fields: [],
    start: (given) => voted(given, bound),
  }),
});

function* voted({ prompt, read }: Given, { samples, pick, read: by }: Options): Script {
  const replies = yield samplesOf(prompt, samples, "sample");
  const said = replies.flatMap((reply) => {
    const value = readAnswer(reply, by ?? (pick === "median" ? "number" : "answer"), read);
    return value === undefined ? [] : [{ reply, value }];
  });
  const winner = pick === "median" ? medianOf(said) : majorityOf(said);
  const [first] = replies;
  if (first === undefined) throw new Error("a vote without samples");
  // No sample says anything that can be read: what the first one did is what the target did.
  return said.find(({ value }) => value === winner)?.reply ?? first;
}

interface Said {
  readonly reply: Reply;
  readonly value: string;
}

function majorityOf(said: readonly Said[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { value } of said) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

/** The lower of the two middle ones, so that it is always an answer that a sample gave. */
function medianOf(said: readonly Said[]): string | undefined {
  const sorted = said.map(({ value }) => value).sort((left, right) => Number(left) - Number(right));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
