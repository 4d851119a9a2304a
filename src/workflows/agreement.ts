import { z } from "zod";
import type { AnswerReaders, Reply } from "./workflow.ts";

/** How an answer is read before it is compared with others, as an option of a workflow. */
export const reading = z.enum(["answer", "number", "json", "line"]);

/** Words for the docs of an option that takes `reading`. */
export const READING_HELP =
  "What of a text is compared: `answer` the part that it marks as its answer (`the answer is …`, `\\boxed{…}`, " +
  "`#### …`, an `answer` field), else all of it; `number` that part's number, else the last one; " +
  "`json` its JSON; `line` its last line";

/** What a reply says, in a form in which equal answers are equal texts; `undefined` where nothing can be read. */
export function readAnswer(
  { kind, answer }: Reply,
  by: z.output<typeof reading>,
  read: AnswerReaders,
): string | undefined {
  if (kind === "refused" || kind === "empty") return undefined;
  switch (by) {
    case "answer":
      return read.answer(answer.text);
    case "number":
      return read.number(answer.text)?.toString();
    case "json":
      return read.json(answer.text);
    case "line":
      return read.answer(answer.text.trim().split("\n").at(-1) ?? "");
  }
}
