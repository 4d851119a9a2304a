import { expect, test } from "vitest";
import { eventReader } from "../../src/backends/event-reader.ts";

/** What is made of a stream that comes in these chunks. */
function readFrom(chunks: readonly (string | Uint8Array)[], format: "sse" | "ndjson" = "sse") {
  const events: object[] = [];
  const reader = eventReader(format, (event) => void events.push(event));
  for (const chunk of chunks) {
    const fault = reader.received(Buffer.from(chunk));
    if (fault !== undefined) return { events, fault };
  }
  return { events, fault: reader.ended() };
}

test("events are read from whole lines, however they come", () => {
  const chunks = [
    "data: {",
    '"a":1',
    '}\n\ndata: {"b"',
    ":2}\r\n",
    "\n",
    ": note\nid: 7\n",
    "data: [DONE]\n\n",
  ];
  expect(readFrom(chunks)).toEqual({ events: [{ a: 1 }, { b: 2 }], fault: undefined });
});

test("a stream is the same stream in chunks of one byte", () => {
  const text = '\uFEFFdata: {"a":"Grüße 🦙"}\r\n\r\ndata:{"b":2}\n\n';
  const bytes = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
  expect(readFrom(bytes)).toEqual({ events: [{ a: "Grüße 🦙" }, { b: 2 }], fault: undefined });
});

test("an event is passed on as soon as its line is whole", () => {
  const events: object[] = [];
  const reader = eventReader("ndjson", (event) => void events.push(event));
  reader.received(Buffer.from('{"a":1}\n{"b"'));
  expect(events).toEqual([{ a: 1 }]);
});

test("a last line without its end counts when it is whole", () => {
  const whole = { events: [{ a: 1 }, { b: 2 }], fault: undefined };
  expect(readFrom(['{"a":1}\n{"b"', ":2}"], "ndjson")).toEqual(whole);
  expect(readFrom(['data: {"a":1}\n\ndata: {"b":2}'])).toEqual(whole);
  expect(readFrom(['data: {"a":1}\ndata: {"b":2}\ndata: [DONE]'])).toEqual(whole);
});

test("behind a bad line nothing is passed on", () => {
  const { events, fault } = readFrom(['{"a":1}\n', '{oops\n{"b":2}\n', '{"c":3}\n'], "ndjson");
  expect(events).toEqual([{ a: 1 }]);
  expect(fault).toMatchObject({ code: "bad-response" });
});

test.each(["data: 7\n", "data: null\n", "<html>\n", '{"a":1}\n'])(
  "%j is no server-sent event of ours",
  (line) => {
    expect(readFrom([line])).toEqual({
      events: [],
      fault: expect.objectContaining({ code: "bad-response" }),
    });
  },
);

test.each(['data: {"a":', "dat", "data: [DO"])("a stream that ends in %j was cut", (rest) => {
  expect(readFrom(['data: {"a":1}\n\n', rest]).fault).toMatchObject({ code: "connection-lost" });
});

test("an error that is told in a stream ends it, and no error is none", () => {
  const line = 'data: {"error":{"message":"boom","type":"overloaded_error"}}\n';
  expect(readFrom([line]).fault).toMatchObject({
    code: "overloaded",
    message: expect.stringContaining("boom"),
  });
  expect(readFrom(['data: {"error":null}\n'])).toEqual({ events: [{ error: null }], fault: undefined });
});
