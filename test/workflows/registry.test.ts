import { expect, test } from "vitest";
import { workflows } from "../../src/workflows/registry.ts";
import { replied, request, scripted, target } from "./members.ts";

const examples = [...workflows.values()].flatMap(({ name, examples }) =>
  examples.map((example, index) => ({ title: `${name} ${index + 1}`, name, example })),
);

test.each(examples)(
  "the example $title answers as its page says, with these calls and no other",
  async ({ name, example }) => {
    const outcomes = example.replies.map(replied);
    // One script for all the models, so that the replies come in order of the calls.
    const script = scripted("m", outcomes);
    const others = new Map(
      (workflows.get(name)?.bind(example.options).others ?? []).map(({ model }) => [model, script.member]),
    );
    const outcome = await target(name, example.options, { own: script.member, others }).ask(
      request(example.fields),
      new AbortController().signal,
    );
    expect(outcome).toMatchObject({ answer: { text: example.answer } });
    expect(script.left).toEqual([]);
  },
);

test.each([...workflows.values()])("$name asks at most the calls that it announces", ({ examples, bind }) => {
  for (const { options, replies } of examples)
    expect(bind(options).mostCalls).toBeGreaterThanOrEqual(replies.length);
});
