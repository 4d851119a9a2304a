/** Where a text says which part of it is the answer. */
export interface MarkedAnswer {
  readonly by: "answer field" | "box" | "#### line" | "'answer is'";
  readonly content: string;
  /** False where the rest of the line only may be the answer. */
  readonly isExplicit: boolean;
}

/**
 * The parts of a text that are marked as its answer, the surest first: a JSON `answer` field, `\boxed{…}`,
 * `#### …`, `the answer is …`; of each kind the last one. JSON that does not parse is read too.
 */
export function markedAnswers(text: string, field = "answer"): readonly MarkedAnswer[] {
  return [fieldAnswer(text, field), boxedAnswer(text), hashAnswer(text), phraseAnswer(text)].filter(
    (found) => found !== undefined,
  );
}

function fieldAnswer(text: string, field: string): MarkedAnswer | undefined {
  const key = `${JSON.stringify(field)}`;
  for (let at = text.lastIndexOf(key); at >= 0; at = at > 0 ? text.lastIndexOf(key, at - 1) : -1) {
    const rest = text.slice(at + key.length, at + key.length + 10_000);
    const value = /^\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,}\]"][^,}\]"\n]*))/s.exec(rest);
    const content = value?.[1]?.replace(/\\n/g, "\n").replace(/\\(["\\/])/g, "$1") ?? value?.[2];
    if (content !== undefined && !/^_*$/.test(content.trim())) {
      return { by: "answer field", content: content.trim(), isExplicit: true };
    }
  }
  return undefined;
}

function boxedAnswer(text: string): MarkedAnswer | undefined {
  const start = Math.max(text.lastIndexOf("\\boxed{"), text.lastIndexOf("\\fbox{"));
  if (start < 0) return undefined;
  const open = text.indexOf("{", start);
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}") depth--;
    if (depth === 0) return { by: "box", content: text.slice(open + 1, at).trim(), isExplicit: true };
  }
  return undefined;
}

function hashAnswer(text: string): MarkedAnswer | undefined {
  const found = [...text.matchAll(/^[ \t]*####[ \t]+(.+)$/gm)].at(-1)?.[1];
  return found === undefined ? undefined : { by: "#### line", content: found.trim(), isExplicit: false };
}

function phraseAnswer(text: string): MarkedAnswer | undefined {
  const bare = text.replace(/[*_`]{1,3}/g, "");
  const found = [
    ...bare.matchAll(
      /\banswer(?: is| would be| must be|)(?: option| choice)?[ \t]?[:=]?\s*(?:\$?\s?)([^\n]+)/gi,
    ),
  ]
    .filter((match) => /^answer(?: (?:is|would be|must be)|[ \t]?[:=])/i.test(match[0]))
    .at(-1)?.[1];
  return found === undefined ? undefined : { by: "'answer is'", content: found.trim(), isExplicit: false };
}
