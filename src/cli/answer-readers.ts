import { canonicalJson } from "../domain/canonical-json.ts";
import { markedAnswers } from "../scorers/answer-marker.ts";
import { readJson } from "../scorers/json-reader.ts";
import { readNumbers } from "../scorers/number-reader.ts";
import { foldOption } from "../scorers/option-reader.ts";
import type { AnswerReaders } from "../workflows/workflow.ts";

/** Workflows read answers as the scorers do. */
export const answerReaders: AnswerReaders = {
  answer: (text) => {
    const read = foldOption(markedAnswers(text)[0]?.content ?? text);
    return read === "" ? undefined : read;
  },
  number: (text) => {
    const [marked] = markedAnswers(text);
    const [first] = marked === undefined ? [] : readNumbers(marked.content);
    return (first ?? readNumbers(text).at(-1))?.value;
  },
  json: (text) => {
    const read = readJson(text);
    return read.kind === "json" ? canonicalJson(read.value) : undefined;
  },
};
