import type { ImportResult } from "../importer.ts";
import { jsonLines } from "../importer.ts";
import type { Notebook } from "../notebook.ts";
import type { RecordedSample } from "./recorded-run.ts";

/** A suite of samples that nobody has answered yet: a simulated model stands in for yours. */
export function samplesSuite(samples: readonly RecordedSample[], notes: Notebook): ImportResult {
  const roles = new Set(
    samples.map(({ input }) =>
      typeof input === "string" ? "" : JSON.stringify(input.map(({ role }) => role)),
    ),
  );
  const [first] = samples;
  if (first === undefined) {
    const hint = "A sample has an input and an ideal.";
    return { ok: false, failure: { message: "there is no sample in it", hint, notes: notes.notes } };
  }
  notes.review("models", "no answer is recorded: a simulated model stands in, name your own");
  notes.review("task samples", 'no score is recorded: "exact" is a guess, choose the scorer yourself');
  const isChat = roles.size === 1 && typeof first.input !== "string";
  if (!isChat && !(roles.size === 1 && roles.has("")))
    notes.changed("task samples", "its cases are chats of different roles: a prompt shows each as JSON");
  const chat = typeof first.input === "string" ? [] : first.input;
  const prompt = isChat
    ? chat.map(({ role }, index) => ({ role, content: `{{ input.${index}.content }}` }))
    : "{{ input }}";
  const cases = samples.map(({ id, input, expected }) => ({
    id,
    input: typeof input === "string" ? input : input.map(({ role, content }) => ({ role, content })),
    expected: expected ?? null,
  }));
  return {
    ok: true,
    imported: {
      detected: "OpenAI Evals, samples",
      suite: {
        name: "samples",
        models: { simulated: { backend: "simulated", model: "stand-in" } },
        tasks: { samples: { dataset: "cases.jsonl", prompt, scorers: ["exact"] } },
      },
      remarks: [],
      files: [{ path: "cases.jsonl", text: jsonLines(cases) }],
      notes: notes.notes,
    },
  };
}
