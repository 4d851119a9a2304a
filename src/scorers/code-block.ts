interface Fence {
  /** First word behind the opening marks, in lower case. */
  readonly tag: string;
  readonly code: string;
}

/**
 * The code of an answer: the first block that is tagged as wanted and mentions `mention`, or else the first tagged one,
 * or else the same among blocks without a tag. A block that is not closed runs to the end. `undefined` where there is
 * none.
 */
export function codeBlock(
  answer: string,
  tags: readonly string[],
  mention: string | undefined,
): string | undefined {
  const fences = readFences(answer);
  const tagged = fences.filter(({ tag }) => tags.includes(tag));
  const fitting = tagged.length > 0 ? tagged : fences.filter(({ tag }) => tag === "");
  const named = mention === undefined ? undefined : fitting.find(({ code }) => code.includes(mention));
  return (named ?? fitting[0])?.code;
}

function readFences(answer: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly marks: string; readonly tag: string; readonly lines: string[] } | undefined;
  const close = () => {
    if (open !== undefined) fences.push({ tag: open.tag, code: open.lines.join("\n") });
    open = undefined;
  };
  for (const line of answer.split(/\r?\n/)) {
    const [, marks = "", tag = ""] = /^[ \t]*(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$/.exec(line) ?? [];
    if (open === undefined) {
      if (marks !== "") open = { marks, tag: tag.toLowerCase(), lines: [] };
    } else if (marks.startsWith(open.marks) && tag === "") close();
    else open.lines.push(line);
  }
  close();
  return fences;
}
