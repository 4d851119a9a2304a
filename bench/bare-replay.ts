import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// What a run from the cache is measured against: the same files read, each case and each answer parsed once, scored by
// comparing two texts, one line written for each. No checksum, no journal, no table. Arguments: folder, results folder.
const [folder = "", out = ""] = process.argv.slice(2);
const linesOf = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);
const cache = join(folder, out, ".cache");
const segments = readdirSync(cache).filter((name) => name.endsWith(".jsonl"));
const answers = segments.flatMap((name) => linesOf(join(cache, name)).map((line) => JSON.parse(line).answer));
const scored = linesOf(join(folder, "cases.jsonl")).map((line, at) => {
  const { id, expected } = JSON.parse(line);
  return JSON.stringify({ id, score: answers[at].text.trim() === expected ? 1 : 0 });
});
writeFileSync(join(folder, "bare-scores.jsonl"), scored.join("\n"));
