import type { YAMLError } from "yaml";

/** What is wrong with a text that is not YAML, and how to mend it. */
export interface YamlWords {
  readonly message: string;
  readonly hint: string | undefined;
}

const QUOTE = 'Put the text in quotes: prompt: "…".';

const WORDS: { readonly [code: string]: YamlWords } = {
  TAB_AS_INDENT: {
    message: "a tab stands in the indentation",
    hint: "YAML indents by spaces alone: replace every tab at the start of a line.",
  },
  BAD_INDENT: {
    message: "this line is indented otherwise than the keys it belongs to",
    hint: "The keys of one part start in the same column.",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'there is a second ": " here, which makes a key within a value',
    hint: 'Put a text that holds ": " in quotes.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "this is neither a key with its value nor a list item",
    hint: 'A key is followed by a colon and a space: "dataset: cases.jsonl".',
  },
  UNEXPECTED_TOKEN: { message: "this text goes on where its value has ended", hint: QUOTE },
  BAD_SCALAR_START: { message: "a text without quotes cannot begin like this", hint: QUOTE },
  BAD_DQ_ESCAPE: {
    message: "this is no escape within double quotes",
    hint: "Write each backslash twice, or use single quotes.",
  },
  MULTIPLE_DOCS: {
    message: "a second document begins here",
    hint: "A suite is one document: one file each.",
  },
};

const UNCLOSED = "Close it on its own line; if it is closed there, a quote above it is not.";

const DEEPER: YamlWords = {
  message: "the next line is indented further, though this one has its value",
  hint: "The keys of one part start in the same column.",
};

/** The reader's words for a mistake of the syntax as an author would say it. `text` is the whole file. */
export function yamlWords({ code, message, pos }: YAMLError, text: string): YamlWords {
  const [rest = ""] = text.slice(pos[0]).split(/\r?\n/, 1);
  if (code === "BLOCK_AS_IMPLICIT_KEY" && !/:(?:\s|$)/.test(rest)) return DEEPER;
  const first = message.split("\n")[0] ?? message;
  const [, closing] = /^(?:Missing closing|Expected .* to end with a?)\s*(["'\]}])/.exec(first) ?? [];
  if (closing === '"' || closing === "'")
    return {
      message: `a text that begins here has no closing ${closing}`,
      hint: UNCLOSED,
    };
  if (/^Flow (?:map|sequence)/.test(first)) {
    const [open, close] = first.startsWith("Flow map") ? ["{", "}"] : ["[", "]"];
    return { message: `a ${open} above is not closed`, hint: `Close it with ${close}, or indent this line.` };
  }
  return WORDS[code] ?? { message: first, hint: undefined };
}
