import { expect, test } from "vitest";
import type { Price } from "../../src/domain/model.ts";
import { costBound, mostUsd } from "../../src/engine/budget.ts";
import { mostUsdOfSample, stepsBound } from "../../src/engine/workflow-bound.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { request, said, scripted, target } from "./members.ts";

const price: Price = {
  input: 2,
  output: 10,
  cachedRead: undefined,
  cachedWrite: undefined,
  perHour: undefined,
  source: "suite",
};
const LONGEST = 400;

/** Answers of the greatest length, each another one; quotes and line breaks are longer still within JSON. */
const longest = (index: number) => `${index}${'"\n'.repeat(LONGEST)}`.slice(0, LONGEST);

const cases = [...workflows.values()].flatMap(({ name, examples }) =>
  examples.map(({ options, fields }, index) => ({ title: `${name} ${index + 1}`, name, options, fields })),
);

test.each(cases)(
  "what is set aside for a sample of $title covers its steps with the longest answers",
  async ({ name, options, fields = {} }) => {
    const bound = workflows.get(name)?.bind(options);
    if (bound === undefined) throw new Error(name);
    const answers = Array.from({ length: bound.mostCalls }, (_, index) => said(longest(index)));
    const { member, asked } = scripted("m", answers);
    const others = new Map(bound.others.map(({ model }) => [model, member]));
    const prompt = request({ ...fields, long: "\n".repeat(500) });
    await target(name, options, { own: member, others }).ask(prompt, new AbortController().signal);
    expect(asked.length).toBeGreaterThan(0);
    const single = costBound(member.model, price, LONGEST);
    const most = asked.reduce((sum, { messages }) => sum + mostUsd(single, messages), 0);
    const spec = {
      name,
      of: "m",
      options,
      others: [],
      fields: [],
      mostCalls: bound.mostCalls,
      copies: bound.copies ?? 1,
      stepTimeoutMs: 1,
    };
    const held = mostUsdOfSample(
      { costBound: single, stepsBound: stepsBound(spec, LONGEST) },
      { messages: prompt.messages, fields: prompt.case.fields },
    );
    expect(held).toBeGreaterThanOrEqual(most);
  },
);
