import { beforeAll, describe, expect, it } from "vitest";
import { type CliRun, run, samples } from "./cli.ts";

describe("a run on a real Ollama", () => {
  const done: { first?: CliRun; second?: CliRun } = {};
  const texts = (of: CliRun | undefined) => [...outcomes(of)].map(([id, { answer }]) => [id, answer.text]);
  const outcomes = (of: CliRun | undefined) => {
    if (of === undefined) throw new Error("the run did not start");
    return samples(of);
  };

  beforeAll(async () => {
    done.first = await run("suite.yaml");
    done.second = await run("suite.yaml");
  });

  it("measures every case and exits 0, however poor the answers", () => {
    expect(done.first?.code, done.first?.stderr).toBe(0);
    expect(outcomes(done.first).size).toBe(5);
  });

  it("streams: the first token comes before the last byte", () => {
    for (const [id, { answer }] of outcomes(done.first)) {
      const { firstTokenMs, latencyMs } = answer.timings;
      expect(firstTokenMs, id).toBeGreaterThan(0);
      if (answer.usage.outputTokens > 4) expect(firstTokenMs, id).toBeLessThan(latencyMs);
    }
  });

  it("counts tokens, and the server's own time for them", () => {
    for (const [id, { answer }] of outcomes(done.first)) {
      const { generationMs, latencyMs } = answer.timings;
      expect(answer.usage.inputTokens, id).toBeGreaterThan(0);
      expect(answer.usage.outputTokens, id).toBeGreaterThan(0);
      expect(answer.usage.outputTokens, id).toBeLessThanOrEqual(24);
      expect(answer.usage.outputTokens / (generationMs / 1000), id).toBeGreaterThan(0);
      expect(generationMs, id).toBeLessThanOrEqual(latencyMs + 50);
    }
  });

  it("says which answers were cut by the token limit", () => {
    for (const [id, { kind, answer }] of outcomes(done.first)) {
      expect(kind, id).toBe(answer.usage.outputTokens >= 24 ? "truncated" : "answered");
    }
  });

  it("gives the same answers for the same seed, at a temperature of 0.9", () => {
    expect(texts(done.second)).toEqual(texts(done.first));
    expect(new Set(texts(done.first).map(([, text]) => text)).size).toBeGreaterThan(1);
  });
});

it("an answer under a JSON schema parses, from a model that could not do it alone", async () => {
  const shaped = await run("schema.yaml");
  expect(shaped.code, shaped.stderr).toBe(0);
  for (const [id, { answer }] of samples(shaped)) {
    const value: unknown = JSON.parse(answer.text);
    expect(value, id).toEqual({ answer: expect.any(String), sure: expect.any(Boolean) });
  }
});

it("a model that is not pulled is exit 4 and says how to pull it", async () => {
  const absent = await run("not-pulled.yaml");
  expect(absent.code, absent.stderr).toBe(4);
  expect(absent.stderr).toContain("ollama pull evals-test-absent:1b");
  expect(absent.stderr).toContain("evals-test-smollm2");
});
