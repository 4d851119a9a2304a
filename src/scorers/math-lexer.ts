/** A piece of mathematical text. */
export interface MathToken {
  readonly kind: "number" | "symbol" | "function" | "command" | "sign";
  readonly text: string;
}

/** The functions that are known, by their names in plain text and in LaTeX. */
const FUNCTIONS = new Set(
  "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh ln log exp sqrt abs".split(" "),
);
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["infty", "∞"],
  ["infinity", "∞"],
  ["inf", "∞"],
  ["Infinity", "∞"],
  ["emptyset", "∅"],
  ["varnothing", "∅"],
  ["varepsilon", "epsilon"],
  ["varphi", "phi"],
]);
const SIGNS: ReadonlyMap<string, string> = new Map(
  [
    ...([
      "times *",
      "cdot *",
      "div /",
      "pm ±",
      "mp ∓",
      "cup ∪",
      "in ∈",
      "le ≤",
      "leq ≤",
      "leqslant ≤",
    ] as const),
    ...([
      "ge ≥",
      "geq ≥",
      "geqslant ≥",
      "lt <",
      "gt >",
      "ne ≠",
      "neq ≠",
      "lbrace \\{",
      "rbrace \\}",
    ] as const),
    ...(["vert |", "mid |", "lvert |", "rvert |", "land ,", "lor ,"] as const),
  ].map((pair): [string, string] => [pair.slice(0, pair.indexOf(" ")), pair.slice(pair.indexOf(" ") + 1)]),
);
const COMMANDS = new Set(["frac", "binom", "begin", "end", "cr"]);
const MATRICES = new Set(["matrix", "pmatrix", "bmatrix"]);
const GREEK = new Set(
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega".split(
    " ",
  ),
);
const TOKEN =
  /\s+|\\[a-zA-Z]+|\\[^a-zA-Z]|(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?(?:e[-+]?\d{1,3}(?![a-z]))?|\.\d+|[a-zA-Z]+|[^\s]/gu;

/** The tokens of a text in LaTeX or plain notation; `undefined` where something in it is no mathematics. */
export function mathTokens(text: string): readonly MathToken[] | undefined {
  const tokens: MathToken[] = [];
  let depth = 0;
  let words = 0;
  for (const [piece] of plain(text).matchAll(TOKEN)) {
    if (/[([]/.test(piece)) depth++;
    if (/[)\]]/.test(piece)) depth--;
    // `I do not know` is no product of letters.
    if (/^[a-zA-Z]{2}/.test(piece) && !isName(piece) && ++words > 1) return undefined;
    const read = readPiece(piece, depth + (piece === "\\{" ? 1 : 0));
    if (read === undefined) return undefined;
    if (piece === "\\{") depth++;
    if (piece === "\\}") depth--;
    tokens.push(...read);
  }
  return tokens;
}

function plain(text: string): string {
  return text
    .replaceAll("\\\\", " \\cr ")
    .replace(/\\(?:left|right|big|Big|bigl|bigr|Bigl|Bigr|displaystyle|limits|quad|qquad)(?![a-zA-Z])/g, " ")
    .replace(/\\[dtc]frac/g, "\\frac")
    .replace(/\\operatorname\s*\{([a-z]{1,10})\}/g, " $1 ")
    .replace(/\\(?:text|textbf|textrm|mathrm|mathbf|mbox)\s*\{([^{}]{0,60})\}/g, (_, inside: string) =>
      /^\s*(?:and|or|,)\s*$/.test(inside) ? " , " : " ",
    )
    .replace(/\\(?:mathbb|mathcal)\s*\{([A-Z])\}/g, " $1 ")
    .replace(/\{,\}/g, ",")
    .replace(/(?<=\d)\\[,!; ]\s?(?=\d{3}(?!\d))/g, "")
    .replace(/\\frac\s*(\d)/g, "\\frac{$1}")
    .replace(/\\frac\s*(\{[^{}]{0,60}\})\s*(\d)/g, "\\frac$1{$2}")
    .replace(/\\sqrt\s*(\d)/g, "\\sqrt{$1}")
    .replace(/\\[!,;: ]|~/g, " ")
    .replace(/\\\$|\$|\\%|%/g, " ")
    .replace(/\^\s*(?:\\circ|\{\s*\\circ\s*\})|°/g, " ")
    .replace(
      /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g,
      (run) => `^{${[...run].map((one) => (one === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(one))).join("")}}`,
    )
    .replace(/[−–—]/g, "-")
    .replace(/[·×⋅]/g, "*")
    .replace(/÷/g, "/")
    .replace(/√/g, " sqrt ")
    .replace(/π/g, " pi ")
    .replace(/\*\*/g, "^")
    .replace(/<=/g, "≤")
    .replace(/>=/g, "≥")
    .replace(/!=/g, "≠")
    .replace(/\b(?:and|or)\b/g, ",");
}

function readPiece(piece: string, depth: number): readonly MathToken[] | undefined {
  if (/^\s/.test(piece)) return [];
  if (/^[\d.]/.test(piece) && /\d/.test(piece)) {
    if (!piece.includes(",")) return [{ kind: "number", text: piece }];
    // Between brackets a comma separates: `(1,234)` is a pair.
    if (depth === 0) return [{ kind: "number", text: piece.replaceAll(",", "") }];
    const parts = piece.split(",");
    return parts.flatMap((part, at): MathToken[] => [
      ...(at > 0 ? [{ kind: "sign", text: "," } as const] : []),
      { kind: "number", text: part },
    ]);
  }
  if (piece.startsWith("\\")) return readCommand(piece.slice(1));
  if (/^[a-zA-Z]/.test(piece)) return readWord(piece);
  if (/^[-+*/^_=<>≤≥≠±∓∪∈()[\]{}|,;!&∞∅]$/.test(piece)) {
    return [{ kind: "∞∅".includes(piece) ? "symbol" : "sign", text: piece }];
  }
  return undefined;
}

function readCommand(name: string): readonly MathToken[] | undefined {
  const sign = SIGNS.get(name);
  if (sign !== undefined) return [{ kind: "sign", text: sign }];
  if ("{}|".includes(name)) return [{ kind: "sign", text: name === "|" ? "|" : `\\${name}` }];
  if (FUNCTIONS.has(name)) return [{ kind: "function", text: name }];
  if (COMMANDS.has(name)) return [{ kind: "command", text: name }];
  const symbol = SYMBOLS.get(name) ?? (GREEK.has(name) ? name : undefined);
  return symbol === undefined ? undefined : [{ kind: "symbol", text: symbol }];
}

function isName(word: string): boolean {
  return FUNCTIONS.has(word) || SYMBOLS.has(word) || GREEK.has(word) || MATRICES.has(word);
}

/** A known name as a whole; else a product of letters, four at most: more is a word of prose. */
function readWord(word: string): readonly MathToken[] | undefined {
  if (FUNCTIONS.has(word)) return [{ kind: "function", text: word }];
  if (SYMBOLS.has(word) || GREEK.has(word)) return [{ kind: "symbol", text: SYMBOLS.get(word) ?? word }];
  if (MATRICES.has(word)) return [{ kind: "command", text: word }];
  if (word.length > 4) return undefined;
  return [...word].map((text) => ({ kind: "symbol", text }));
}
