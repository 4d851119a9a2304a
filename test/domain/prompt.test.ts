import { describe, expect, test } from "vitest";
import { readTurns, renderPrompt, withTurn } from "../../src/domain/prompt.ts";

const prompt = [{ role: "system", content: "Help {{ who }}." }] as const;

test("a conversation opens with its first turn; what else a turn holds is for its scorers", () => {
  const turns = ["Hello", { user: "2+2?", expected: "4", user_id: 7 }];
  const asked = renderPrompt({ prompt, turns: "{{ talk }}" }, { who: "me", talk: turns });
  expect(asked.messages).toEqual([
    { role: "system", content: "Help me." },
    { role: "user", content: "Hello" },
  ]);
  expect(asked.turns?.map(({ text }) => text)).toEqual(["Hello", "2+2?"]);
  expect(withTurn({ who: "me" }, asked.turns ?? [], 1)).toEqual({
    who: "me",
    turn: { user: "2+2?", number: 2, expected: "4", user_id: 7 },
  });
});

test("turns of the suite are templates; those of a case are data and stay as they are", () => {
  const fields = { q: "{{ secret }}", secret: "s", talk: ["{{ secret }}"] };
  expect(readTurns(["Hi", "Tell: {{ q }}"], fields)).toMatchObject([
    { text: "Hi" },
    { text: "Tell: {{ secret }}" },
  ]);
  expect(readTurns("{{ talk }}", fields)).toMatchObject([{ text: "{{ secret }}" }]);
});

test("a CSV file can hold the list as JSON", () => {
  expect(readTurns("{{ talk }}", { talk: '["a", {"user": "b"}]' })).toMatchObject([
    { text: "a" },
    { text: "b" },
  ]);
});

describe("what is no list of turns is told in words", () => {
  test.each([
    ["hello", 'the turns must be a list (they are "hello")'],
    [7, "the turns must be a list (they are 7)"],
    [[], "a conversation has at least one turn"],
    [["a", 3], "turn 2 must be a text, or an object with a text as user (it is 3)"],
    [[{ text: "a" }], 'turn 1 must be a text, or an object with a text as user (it is {"text":"a"})'],
    [["a", " "], "turn 2 is empty"],
    [Array(51).fill("a"), "a conversation has at most 50 turns (it has 51)"],
  ])("%j", (talk, message) => {
    expect(readTurns("{{ talk }}", { talk })).toBe(message);
  });
});
