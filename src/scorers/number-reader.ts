/** A number as a text writes it. */
export interface NumberReading {
  /** With `million` and the like multiplied out; a percent sign is only noted. */
  readonly value: number;
  /** Without the magnitude word: 1.5 for `1.5 million`. */
  readonly bare: number;
  readonly isPercent: boolean;
  /** As it stood in the (normalised) text. */
  readonly text: string;
  /** Index in the normalised text. */
  readonly index: number;
}

/** Which character is the decimal one; `auto` reads `1,234` and `1.234,5` as people do. */
export type DecimalSign = "auto" | "." | ",";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const FRACTIONS: ReadonlyMap<string, string> = new Map(
  [
    ...(["½ 1/2", "⅓ 1/3", "⅔ 2/3", "¼ 1/4", "¾ 3/4", "⅕ 1/5", "⅖ 2/5", "⅗ 3/5", "⅘ 4/5"] as const),
    ...(["⅙ 1/6", "⅚ 5/6", "⅛ 1/8", "⅜ 3/8", "⅝ 5/8", "⅞ 7/8"] as const),
  ].map((pair): [string, string] => [pair.slice(0, 1), pair.slice(2)]),
);
const MAGNITUDES: ReadonlyMap<string, number> = new Map([
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
  ["trillion", 1e12],
]);

const DIGITS = "\\d(?:[\\d.,']*\\d)?";
// sign, currency, mixed fraction or digits (or a bare `.5`), exponent, percent sign or magnitude word
const NUMBER = new RegExp(
  "(?<sign>(?<![\\p{L}\\d)])[-+](?=[$€£¥₹]?\\s?\\.?\\d)|(?<=[=:(]\\s?)[-+]\\s(?=[$€£¥₹]?\\s?\\.?\\d))?" +
    "(?:[$€£¥₹]\\s?(?<inner>-)?)?" +
    `(?:(?<whole>\\d{1,9})[ +](?<top>\\d{1,9})\\/(?<bottom>\\d{1,9})(?![\\d/])|(?<![/])(?<over>${DIGITS}) ?\\/ ?(?<under>${DIGITS})(?![\\d/])` +
    `|(?<digits>(?<![\\d.])\\.\\d+|${DIGITS}))` +
    "(?:[eE](?<exponent>[-+]?\\d{1,3})(?![\\p{L}\\d])|\\s?[×x*]\\s?10\\^(?<power>[-+]?\\d{1,3}))?" +
    "(?:\\s?(?<percent>%|percent\\b)|\\s(?<magnitude>thousand|million|billion|trillion)\\b)?",
  "gu",
);

/** The named groups of `NUMBER`. */
interface NumberParts {
  readonly sign?: string | undefined;
  readonly inner?: string | undefined;
  readonly whole?: string | undefined;
  readonly top?: string | undefined;
  readonly bottom?: string | undefined;
  readonly over?: string | undefined;
  readonly under?: string | undefined;
  readonly digits?: string | undefined;
  readonly exponent?: string | undefined;
  readonly power?: string | undefined;
  readonly percent?: string | undefined;
  readonly magnitude?: string | undefined;
}

/** Every number of a text, in order: separators of both conventions, fractions, exponents, currency, percent, LaTeX. */
export function readNumbers(text: string, decimal: DecimalSign = "auto"): readonly NumberReading[] {
  const plain = plainNumbers(text);
  return [...plain.matchAll(NUMBER)].flatMap((match) => readMatch(match, decimal));
}

/** LaTeX, Unicode and Markdown ways of writing numbers, brought to plain characters. */
export function plainNumbers(text: string): string {
  return text
    .replace(/\\(?:text|mathrm|mathbf|textbf)\s?\{([^{}]{0,200})\}/g, " $1")
    .replace(/\{,\}/g, ",")
    .replace(/\\[!,;]/g, "")
    .replace(/\\([$%])/g, "$1")
    .replace(/(\d)?\s?\\[dt]?frac\s?\{([^{}]{1,40})\}\s?\{([^{}]{1,40})\}/g, (_, whole, top, bottom) =>
      whole === undefined ? `${top}/${bottom}` : `${whole} ${top}/${bottom}`,
    )
    .replace(/\\times/g, "×")
    .replace(/\^\{([-+]?\d{1,3})\}/g, "^$1")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (run) => `^${[...run].map(superscript).join("")}`)
    .replace(
      /(\d?)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])/g,
      (_, whole, sign) => `${whole === "" ? "" : `${whole} `}${FRACTIONS.get(sign)}`,
    )
    .replace(/(?<=\d)[\u00a0\u2009\u202f’](?=\d{3})/g, "'")
    .replace(/[−‒–—﹣－]/g, "-")
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[*_]{2,}/g, "");
}

function superscript(character: string): string {
  return character === "⁻" ? "-" : String(SUPERSCRIPTS.indexOf(character));
}

function readMatch(match: RegExpExecArray, decimal: DecimalSign): readonly NumberReading[] {
  const part: NumberParts = match.groups ?? {};
  const negative = part.sign?.startsWith("-") === true || part.inner !== undefined;
  const power = Number(part.exponent ?? part.power ?? 0);
  const magnitude = MAGNITUDES.get(part.magnitude ?? "") ?? 1;
  return magnitudes(part, decimal).flatMap((amount, order) => {
    const bare = Number(`${negative && order === 0 ? -amount : amount}e${power}`);
    const value = Number.isNaN(bare) ? (negative ? -amount : amount) * 10 ** power : bare;
    if (!Number.isFinite(value)) return [];
    const isPercent = part.percent !== undefined;
    return [
      { value: value * magnitude, bare: value, isPercent, text: match[0].trim(), index: match.index + order },
    ];
  });
}

function magnitudes(part: NumberParts, decimal: DecimalSign): readonly number[] {
  if (part.whole !== undefined) {
    const bottom = Number(part.bottom);
    return bottom === 0 ? [] : [Number(part.whole) + Number(part.top) / bottom];
  }
  if (part.over !== undefined) {
    const [over] = readDigits(part.over, decimal);
    const [under] = readDigits(part.under ?? "", decimal);
    return over === undefined || under === undefined || under === 0 ? [] : [over / under];
  }
  return readDigits(part.digits ?? "", decimal);
}

/** One run of digits and separators; a run that fits no convention (`1,2,3`) is a list. */
function readDigits(run: string, decimal: DecimalSign): readonly number[] {
  const grouping = decimal === "," ? "." : ",";
  const point = decimal === "," ? "," : ".";
  const plain = run.replaceAll("'", "");
  const fits = (pattern: RegExp) => decimal === "auto" && pattern.test(plain);
  if (/^\d*$/.test(plain)) return [Number(plain)];
  if (isGrouped(plain, grouping, point)) return [Number(plain.replaceAll(grouping, "").replace(point, "."))];
  if (fits(/^[1-9]\d{0,2}(?:\.\d{3})+,\d+$|^[1-9]\d{0,2}(?:\.\d{3}){2,}$/)) {
    return [Number(plain.replaceAll(".", "").replace(",", "."))];
  }
  if (fits(/^\d+,\d+$/)) return [Number(plain.replace(",", "."))];
  return plain
    .split(/[.,]*,[.,]*|\.(?=\d*\.)/)
    .filter((one) => one !== "")
    .map(Number)
    .filter((n) => !Number.isNaN(n));
}

function isGrouped(plain: string, grouping: string, point: string): boolean {
  const [whole = "", fraction, ...rest] = plain.split(point);
  if (rest.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return false;
  const groups = whole.split(grouping);
  const last = groups.at(-1) ?? "";
  if (groups.length === 1) return /^\d*$/.test(whole);
  const heads = groups.slice(1, -1);
  // Western groups of three, or Indian groups of two before the last three.
  const regular =
    heads.every((group) => /^\d{3}$/.test(group)) || heads.every((group) => /^\d{2}$/.test(group));
  return regular && /^\d{3}$/.test(last) && /^[1-9]\d{0,2}$/.test(groups[0] ?? "");
}
