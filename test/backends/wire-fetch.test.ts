import { expect, test } from "vitest";
import { guardCall } from "../../src/backends/call-guard.ts";
import { wireFetch } from "../../src/backends/wire-fetch.ts";

const clock = { now: () => performance.now(), wall: () => 0, sleep: async () => {} };

/** What an SDK reads of a body that comes in these chunks. */
async function passedOn(chunks: readonly string[], format: "sse" | "ndjson" = "sse") {
  const guard = guardCall(clock, { timeoutMs: 5000, idleTimeoutMs: 5000 }, new AbortController().signal);
  const bytes = chunks.map((chunk) => Buffer.from(chunk));
  const fetch = wireFetch(async () => new Response(ReadableStream.from(bytes)), guard, format);
  const { body } = await fetch("http://127.0.0.1/");
  const read: string[] = [];
  try {
    for await (const chunk of body ?? []) read.push(Buffer.from(chunk).toString());
  } catch {
    // The guard says why.
  }
  guard.release();
  return { read, fault: guard.fault() };
}

test("an SDK gets whole lines, however they come, and every byte of them", async () => {
  const chunks = ["data: {", '"a":1', '}\n\ndata: {"b"', ":2}\n", "\n", "data: [DONE]\n\n"];
  const { read, fault } = await passedOn(chunks);
  expect(fault).toBeUndefined();
  expect(read).toEqual(['data: {"a":1}\n\n', 'data: {"b":2}\n', "\n", "data: [DONE]\n\n"]);
});

test("a last line without its end is passed on when it is valid", async () => {
  expect(await passedOn(['{"a":1}\n{"b"', ":2}"], "ndjson")).toEqual({
    read: ['{"a":1}\n', '{"b":2}'],
    fault: undefined,
  });
});

test("of a chunk with a bad line nothing is passed on", async () => {
  const { read, fault } = await passedOn(['{"a":1}\n', '{"b":2}\n{oops\n', '{"c":3}\n'], "ndjson");
  expect(read).toEqual(['{"a":1}\n']);
  expect(fault).toMatchObject({ code: "bad-response" });
});
