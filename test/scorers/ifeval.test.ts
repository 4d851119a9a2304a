import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const data = new URL("../../../shared/data/ifeval/", import.meta.url);
const ports = testPorts();

interface IfevalCase {
  readonly id: string;
  readonly checks: readonly JsonObject[];
}

interface Verdicts {
  readonly id: string;
  readonly output: string;
  readonly meta: { readonly strict: readonly boolean[]; readonly loose: readonly boolean[] };
}

function lines<T>(path: string): readonly T[] {
  const text = readFileSync(new URL(path, data), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): T => JSON.parse(line));
}

describe.skipIf(!existsSync(data))("on published answers to IFEval", () => {
  test.each([false, true])(
    "99 % of single instructions are judged as published (loose: %s)",
    async (loose) => {
      const cases = new Map(lines<IfevalCase>("cases.jsonl").map((one) => [one.id, one.checks]));
      const differing: string[] = [];
      let judged = 0;
      for (const file of readdirSync(new URL("outputs/", data))) {
        for (const { id, output, meta } of lines<Verdicts>(`outputs/${file}`)) {
          for (const [index, check] of (cases.get(id) ?? []).entries()) {
            const options = { ifeval: [check], loose };
            const score = await judge("instructions", { options, answer: output }, ports);
            const published = (loose ? meta.loose : meta.strict)[index];
            judged++;
            const follows = score.kind === "scored" && score.score === 1;
            if (follows !== published) {
              differing.push(
                `${file} ${id} (published: ${published}) ${JSON.stringify(check)}: ${score.reason}`,
              );
            }
          }
        }
      }
      expect(judged).toBeGreaterThan(250);
      expect(differing.length / judged, differing.join("\n")).toBeLessThanOrEqual(0.01);
    },
  );
});
