import { createServer, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connected } from "./connected.ts";
import { WIRES } from "./wires.ts";

const CALLS = 600;

// Answers nobody before everybody has asked.
const held: ServerResponse[] = [];
const [wire] = WIRES;
const answer = (wire?.answers("4") ?? []).map((step) => ("send" in step ? String(step.send) : "")).join("");
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    held.push(response.writeHead(200, { "content-type": "text/event-stream" }));
    if (held.length === CALLS) for (const each of held) each.end(answer);
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("600 calls of a model are on their way at once: none waits for the connection of another", async () => {
  if (wire === undefined) throw new Error("no wire");
  const settings = { timeoutMs: 50_000, idleTimeoutMs: 50_000 };
  const { ask } = await connected({ ...wire.setup, settings, options: { base_url: url } }, () => ({
    steps: [],
  }));
  const outcomes = await Promise.all(Array.from({ length: CALLS }, () => ask()));
  expect(outcomes.filter(({ kind }) => kind === "answered")).toHaveLength(CALLS);
}, 60_000);
