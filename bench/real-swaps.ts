import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const MARGINS = [0.01, 0.02, 0.03, 0.05];

/** Recorded answers of three models each, with the scorer that its benchmark's own judgement is reproduced by. */
const SETS = [
  { folder: "zeroeval_gsm", prompt: "{{ input }}", scorer: "numeric" },
  {
    folder: "mmlu_redux",
    prompt: "{{ input }}",
    scorer: 'choice: { options: [A, B, C, D], choices: "{{ choices }}" }',
  },
] as const;

interface Compared {
  readonly comparisons: readonly {
    readonly overall: {
      readonly verdict: string;
      readonly observed: {
        readonly provenMargin: number;
        readonly difference: { readonly estimate: number };
        readonly counts: {
          readonly both: number;
          readonly baselineOnly: number;
          readonly candidateOnly: number;
          readonly neither: number;
        };
      };
    };
  }[];
}

/** Every ordered pair of real models on real answers: the paired table, and the word at each margin. */
export async function realSwaps(): Promise<readonly string[]> {
  const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");
  if (!existsSync(data)) return [`no recorded answers in ${data}: nothing was measured`];
  return SETS.flatMap((set) => swapsOf(join(data, set.folder), set));
}

function swapsOf(folder: string, set: (typeof SETS)[number]): readonly string[] {
  const place = mkdtempSync(join(tmpdir(), "evals-bench-"));
  try {
    const models = readdirSync(join(folder, "outputs")).map((file) => basename(file, ".jsonl"));
    writeSuite(place, { folder, models, set });
    evals(place, "run", "suite.yaml", "--json");
    const pairs = models.flatMap((from) => models.filter((to) => to !== from).map((to) => ({ from, to })));
    return [`${set.folder}: both right / only the first / only the second / both wrong`].concat(
      pairs.map((pair) => line(place, pair)),
    );
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function writeSuite(
  place: string,
  {
    folder,
    models,
    set,
  }: { readonly folder: string; readonly models: readonly string[]; readonly set: (typeof SETS)[number] },
): void {
  const lines = models.map(
    (name) =>
      `  ${name}: { backend: replay, from: ${JSON.stringify(join(folder, "outputs", `${name}.jsonl`))} }`,
  );
  const text = `name: swaps
models:
${lines.join("\n")}
tasks:
  ${set.folder}:
    dataset: ${JSON.stringify(join(folder, "cases.jsonl"))}
    prompt: "${set.prompt}"
    scorers: [${set.scorer.includes(":") ? `{ ${set.scorer} }` : set.scorer}]
`;
  writeFileSync(join(place, "suite.yaml"), text);
}

function line(place: string, { from, to }: { readonly from: string; readonly to: string }): string {
  const words = MARGINS.map((margin) => {
    const flags = ["--baseline", from, "--candidate", to, "--margin", String(margin), "--json"];
    const { comparisons }: Compared = JSON.parse(evals(place, "compare", "latest", ...flags));
    const overall = comparisons[0]?.overall;
    if (overall === undefined) throw new Error(`${from} and ${to} were not compared`);
    return { observed: overall.observed, text: `${margin * 100}: ${overall.verdict}` };
  });
  const [first] = words;
  if (first === undefined) throw new Error("no margin");
  const { counts, difference, provenMargin } = first.observed;
  const table = [counts.both, counts.baselineOnly, counts.candidateOnly, counts.neither].join(" / ");
  const proven = `${(difference.estimate * 100).toFixed(1)} points, proven margin ${(provenMargin * 100).toFixed(1)}`;
  return `${from} -> ${to}: ${table}; ${proven}; ${words.map(({ text }) => text).join(", ")}`;
}

function evals(cwd: string, ...args: readonly string[]): string {
  const program = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");
  return execFileSync(process.execPath, [program, ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
