import { expect, test } from "vitest";
import { annotations } from "../../src/reports/annotations.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { terminalText } from "../../src/reports/safe-text.ts";
import { example, reportOf, safeExample } from "./example.ts";

const render = (input: ReportInput) => annotations.render(input, { color: false });

test("a safe candidate is a notice, every other an error", async () => {
  expect(render(await safeExample())).toMatch(/^::notice title=b is safe::SAFE: with 95 %25 confidence/);
  expect(render(await reportOf(40))).toMatch(/^::error title=b is unsafe::UNSAFE: /);
  expect(render(await example())).toMatch(/^::error title=b is inconclusive::INCONCLUSIVE: /);
  expect(render({ ...(await safeExample()), unmeasured: 2 }).split("\n")[0]).toBe(
    "::error title=incomplete run::2 planned samples have no score: the run cannot pass a gate.",
  );
});

test("a name can neither end its command nor begin another", async () => {
  const input = await safeExample();
  const name = "a,b::c\n::error::x\r\u2028::set-output name=verdict::safe%0A##[error]y";
  const verdicts = (input.gate?.verdicts ?? []).map((verdict) => ({ ...verdict, candidate: name }));
  const lines = render({ ...input, gate: input.gate && { ...input.gate, verdicts } }).split("\n");
  expect(lines).toHaveLength(2);
  const [, title = "", message = ""] = /^::notice title=([^:,]*)::(.*)$/.exec(lines[0] ?? "") ?? [];
  expect(title).toContain("a%2Cb%3A%3Ac");
  expect(message).toContain("%250A");
  expect(lines[0]).not.toContain("##[");
});

test("a runner that trims its lines reads no command in text that others wrote", () => {
  for (const text of ["::error::x", "a ::error::x", "\n::warning::x", "\u00a0::debug::x"])
    expect(terminalText(text)).not.toMatch(/(?:^|\s)::/);
  expect(terminalText("x ##[error]y ##vso[task.setvariable]z")).not.toMatch(/##(?:\[|vso)/);
  expect(terminalText("a::b llama3.1::q4 ## c")).toBe("a::b llama3.1::q4 ## c");
});

test("no more are written than a step shows, errors first", async () => {
  const input = await safeExample();
  const safe = input.gate?.verdicts ?? [];
  const unsafe = (await reportOf(40)).gate?.verdicts ?? [];
  const verdicts = [...Array.from({ length: 12 }, () => safe).flat(), ...unsafe];
  const lines = render({ ...input, gate: input.gate && { ...input.gate, verdicts } })
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(10);
  expect(lines[0]).toMatch(/^::error title=b is unsafe/);
});
