import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ANSWER_MB, ANSWERS, largeAnswers } from "./large-answers.ts";
import { type Watched, watched } from "./watched.ts";

const CASES = 1_000_000;

/**
 * What a million cases and large answers take: checked, asked in a part of them, asked again, asked whole, and of two
 * models compared.
 */
export async function memory(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "evals-memory-"));
  try {
    await writeCases(join(folder, "cases.jsonl"));
    writeFileSync(join(folder, "suite.yaml"), suiteOf(["m"]));
    writeFileSync(join(folder, "two.yaml"), `${suiteOf(["m", "n"])}${GATE}`);
    const part = ["run", "suite.yaml", "--limit", "100", "--out"];
    const check = await watched(["validate", "suite.yaml"], folder);
    const first = await watched([...part, "first"], folder);
    // A results folder of its own would have no check in it.
    const again = await watched([...part, "first"], folder);
    const large = await largeAnswers(folder);
    const whole = await watched(["run", "suite.yaml", "--out", "whole"], folder);
    const both = await watched(["run", "two.yaml", "--out", "both"], folder);
    const compared = await watched(["report", "latest", "--out", "both"], folder);
    const [early, late] = [0.1, 1].map((share) => whole.residentAt(share));
    return [
      `${CASES} cases are checked in ${words(check)}`,
      `100 of them are asked, by --limit, in ${words(first)} (aim: at most 200 MB)`,
      `and once they have been checked, in ${words(again)} (aim: at most 200 MB)`,
      `${ANSWERS} answers of ${ANSWER_MB} MB at once take ${words(large)} (aim: at most 300 MB)`,
      `all cases are asked and their table made in ${words(whole)} (aim: at most 250 MB)`,
      `of two models they are asked, compared and judged in ${words(both)} (aim: at most 350 MB)`,
      `and that run is read, compared and judged again in ${words(compared)} (aim: at most 300 MB)`,
      `while they are asked: ${early} MB at a tenth of the answers, ${late} MB at the last (aim: flat)`,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function suiteOf(models: readonly string[]): string {
  const bound = models.map((name) => `  ${name}: { backend: simulated, model: ${name}, accuracy: 0.9 }`);
  return `name: memory
models:
${bound.join("\n")}
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "{{ expected }}" } }] }
`;
}

const GATE = `gate:
  { baseline: m, candidates: [n], stop: never, require: [{ metric: score, margin: 0.03 }, { metric: cost, at_most: 2x }] }
`;

async function writeCases(file: string): Promise<void> {
  const stream = createWriteStream(file);
  for (let at = 0; at < CASES; at += 1) {
    const sum = at + (at % 97);
    const one = { id: `case-${at}`, q: `What is ${at} + ${at % 97}?`, expected: String(sum), tags: ["sum"] };
    if (!stream.write(`${JSON.stringify(one)}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "close");
}

function words({ seconds, peakMb }: Watched): string {
  return `${seconds.toFixed(1)} s, ${peakMb} MB at most`;
}
