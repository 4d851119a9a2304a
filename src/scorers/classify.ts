import { z } from "zod";
import { isList } from "./json-equality.ts";
import { readJson } from "./json-reader.ts";
import { misformatted, quoted, scored } from "./judgement.ts";
import { foldOption, readOption } from "./option-reader.ts";
import { defineScorer } from "./scorer.ts";

const label = z.string().min(1);

const options = z.strictObject({
  labels: z
    .union([z.array(label).min(2), z.record(label, z.array(label))])
    .describe(
      "The labels: a list, or `{ label: [other words for it] }`. Matched as whole words, in any case; `not spam` hides `spam`.",
    ),
  expected: z
    .union([label, z.array(label)])
    .describe("The right label; or, where a case can have several, the list of all that apply."),
  strict: z.boolean().default(false).describe("The answer must be the labels and nothing else."),
});
type Options = z.output<typeof options>;

/** Whether the answer gives the case its right label, or labels. */
export const classify = defineScorer({
  name: "classify",
  summary:
    "1 when the answer names the expected label; where a list is expected, F1 of the labels named and those expected.",
  options,
  readsLabels: true,
  defaults: { expected: "{{ expected }}" },
  examples: [
    {
      options: { labels: ["positive", "negative", "neutral"] },
      fields: { expected: "negative" },
      answer: "Sentiment: Negative.",
      score: 1,
    },
    {
      options: { labels: { complaint: ["unhappy", "angry"], praise: ["happy"] } },
      fields: { expected: "complaint" },
      answer: "The customer is unhappy.",
      score: 1,
    },
    {
      options: { labels: ["billing", "bug", "login"] },
      fields: { expected: ["bug", "login"] },
      answer: '["login", "billing"]',
      score: 0.5,
      fault: "wrong",
    },
    {
      options: { labels: ["positive", "negative"] },
      fields: { expected: "negative" },
      answer: "positive",
      score: 0,
      fault: "wrong",
    },
    {
      options: { labels: ["positive", "negative"] },
      fields: { expected: "negative" },
      answer: "It has positive and negative sides.",
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
    {
      options: { labels: ["positive", "negative"], strict: true },
      fields: { expected: "negative" },
      answer: "I would say negative.",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
  ],
  check({ labels, expected }) {
    const names = namesOf(labels);
    const unknown = listed(expected).find((one) => !names.includes(one));
    return unknown === undefined
      ? undefined
      : `expected ${quoted(unknown)} is none of ${names.map((one) => quoted(one)).join(", ")}`;
  },
  score({ answer, options: { labels, expected, strict } }) {
    const { found, isBare } = readLabels(answer, labels);
    const wanted = new Set(listed(expected));
    const unread = { labels: { expected, found: [] } };
    if (found.size === 0 && wanted.size > 0)
      return { ...misformatted(0, `no label in ${quoted(answer)}`), ...unread };
    if (typeof expected === "string" && found.size > 1) {
      return { ...misformatted(0, `the answer names several labels: ${shown(found)}`), ...unread };
    }
    const shared = [...found].filter((one) => wanted.has(one)).length;
    const total = found.size + wanted.size;
    const value = total === 0 ? 1 : (2 * shared) / total;
    const reason =
      value === 1
        ? `the answer is ${shown(found)}`
        : `expected ${shown(wanted)}, the answer is ${shown(found)}`;
    if (strict && !isBare)
      return { ...misformatted(value, `more than the label was said; ${reason}`), ...unread };
    return { ...scored(value, reason), labels: { expected, found: [...found] } };
  },
  ofNothing: ({ expected }) => ({ labels: { expected, found: [] } }),
});

function namesOf(labels: Options["labels"]): readonly string[] {
  return Array.isArray(labels) ? labels : Object.keys(labels);
}

function listed(expected: Options["expected"]): readonly string[] {
  return typeof expected === "string" ? [expected] : expected;
}

function shown(labels: ReadonlySet<string>): string {
  return labels.size === 0 ? "no label" : [...labels].map((one) => quoted(one)).join(", ");
}

interface LabelReading {
  readonly found: ReadonlySet<string>;
  readonly isBare: boolean;
}

/** The labels that an answer names: a JSON list, a list with commas or lines, or what `choice` would read. */
function readLabels(answer: string, labels: Options["labels"]): LabelReading {
  const words = namesOf(labels).flatMap((name) =>
    [name, ...(Array.isArray(labels) ? [] : (labels[name] ?? []))].map((text) => ({ name, text })),
  );
  const json = readJson(answer);
  const isJsonList = json.kind === "json" && isList(json.value);
  const items = isJsonList ? json.value.map(String) : answer.trim().split(/\s*[,;\n]\s*/);
  const exact = items.map((item) => words.find(({ text }) => foldOption(text) === foldOption(item))?.name);
  if (exact.every((name) => name !== undefined)) {
    return { found: new Set(exact), isBare: !isJsonList || json.isBare };
  }
  const read = readOption(
    answer,
    words.map(({ text }) => ({ letter: undefined, text })),
  );
  const indexes = read.kind === "option" ? [read.index] : read.kind === "ambiguous" ? read.indexes : [];
  const found = new Set(indexes.flatMap((index) => words[index]?.name ?? []));
  return { found, isBare: read.kind === "option" && read.isBare };
}
