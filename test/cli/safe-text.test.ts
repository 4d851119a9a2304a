import { expect, test } from "vitest";
import { safe } from "../../src/cli/safe-text.ts";

test("a CI runner, which trims a line before it looks, finds no command in what others wrote", () => {
  for (const text of ["::error::x", "  ::error::x", "a\n\t::set-output name=x::y", "said ::debug::x"])
    expect(safe(text)).not.toMatch(/(?:^|\s)::/);
  for (const text of ["a ##[error]b", "##vso[task.setvariable]x", "##VSO[x]"])
    expect(safe(text)).not.toMatch(/##(?:\[|vso\[)/i);
});

test("line breaks and ordinary text stay as they are", () => {
  const text = "a::b\nllama3.1::q4 ## heading\n\tfe80::1";
  expect(safe(text)).toBe(text);
});
