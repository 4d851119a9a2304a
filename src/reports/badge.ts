import type { Report, ReportInput } from "./report.ts";
import { type RunVerdict, runVerdict, verdictCounts } from "./run-verdict.ts";
import { xmlText } from "./safe-text.ts";

/** White text has a contrast of at least 4.5 on each of them. */
const COLORS: Readonly<Record<RunVerdict, string>> = {
  safe: "#1a7f37",
  unsafe: "#cf222e",
  inconclusive: "#8a5c00",
  "no gate": "#57606a",
};
const LABEL = "model swap";
const LONGEST = 48;
/** Advances of Verdana at 11 pixels by group of letters; `textLength` makes every font take this room. */
const NARROW = 3.6;
const MIDDLE = 4.8;
const USUAL = 6.8;
const WIDE = 10;
const PADDING = 12;

/** The verdict as a picture for a page. */
export const badge: Report = {
  name: "badge",
  summary: "An SVG badge with the verdict.",
  extension: "svg",
  render(input) {
    const words = shortened(badgeText(input));
    const left = width(LABEL);
    const right = width(words);
    const alt = `${LABEL}: ${words}`;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${xmlText(alt)}">`,
      `  <title>${xmlText(alt)}</title>`,
      `  <rect width="${left + right}" height="20" rx="3" fill="#24292f"/>`,
      `  <path fill="${COLORS[runVerdict(input)]}" d="M${left} 0h${right - 3}q3 0 3 3v14q0 3 -3 3h-${right - 3}z"/>`,
      '  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
      text(LABEL, 0, left),
      text(words, left, right),
      "  </g>",
      "</svg>",
      "",
    ].join("\n");
  },
};

/** `claude: safe`, or how many are what; a safe candidate of a run that is not whole is not called safe. */
function badgeText(input: ReportInput): string {
  const overall = runVerdict(input);
  const verdicts = input.gate?.verdicts ?? [];
  const mark = verdicts.some(({ simulated }) => simulated) ? " (simulated)" : "";
  const [only] = verdicts;
  if (only !== undefined && verdicts.length === 1) return `${only.candidate}: ${overall}${mark}`;
  const counts = verdictCounts(input);
  return counts === "" ? overall : `${counts}${mark}`;
}

function shortened(words: string): string {
  const letters = [...words];
  return letters.length <= LONGEST ? words : `…${letters.slice(1 - LONGEST).join("")}`;
}

function width(words: string): number {
  return Math.round([...words].reduce((sum, letter) => sum + advance(letter), 0)) + PADDING;
}

function advance(letter: string): number {
  if (/[ ijl.,:;'|]/.test(letter)) return NARROW;
  if (/[ftrs()[\]/-]/.test(letter)) return MIDDLE;
  return /[a-ln-vx-z0-9A-LN-VX-Z_]/.test(letter) ? USUAL : WIDE;
}

function text(words: string, from: number, room: number): string {
  return `    <text x="${from + room / 2}" y="14" textLength="${room - PADDING}">${xmlText(words)}</text>`;
}
