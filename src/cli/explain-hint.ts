import type { Io } from "./io.ts";

/** Codes that the hint names: the list of faults has their messages already. */
const MOST_NAMED = 3;

/** Where people read on about what was just shown; empty where nobody looks at a terminal. */
export function explainHint(
  faults: readonly { readonly code: string }[],
  { isTty }: Pick<Io, "isTty">,
): string {
  const named = [...new Set(faults.map(({ code }) => code))].slice(0, MOST_NAMED);
  if (!isTty || named.length === 0) return "";
  return `evals explain ${named.join(" ")} tells more\n`;
}
