import { createServer } from "node:http";

// A chat-completions server that answers after a set delay: its own process, so that it shares no event loop with
// what is measured. Prints its address; asked by any message, it says what it saw since the last one. Ends with its parent.
const delayMs = Number(process.argv[2] ?? 50);

const chunk = (delta: object, finish: string | null, rest: object = {}) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "bench", choices: [{ index: 0, delta, finish_reason: finish }], ...rest })}\n\n`;
const STREAM = [
  chunk({ role: "assistant", content: "42" }, null),
  chunk({}, "stop"),
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "bench", choices: [], usage: { prompt_tokens: 12, completion_tokens: 1, total_tokens: 13 } })}\n\n`,
  "data: [DONE]\n\n",
].join("");

let firstAt = Number.POSITIVE_INFINITY;
let lastAt = 0;
let times: number[] = [];

const server = createServer((request, response) => {
  const arrivedAt = performance.now();
  request.resume();
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "bench", object: "model", created: 0, owned_by: "bench" }));
    return;
  }
  firstAt = Math.min(firstAt, arrivedAt);
  const answer = () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(STREAM);
    lastAt = performance.now();
    times.push(lastAt - arrivedAt);
  };
  request.on("end", () => {
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object")
    process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
process.on("message", () => {
  times.sort((a, b) => a - b);
  process.send?.({ calls: times.length, windowMs: lastAt - firstAt, p50: times[times.length >> 1] });
  firstAt = Number.POSITIVE_INFINITY;
  times = [];
});
process.on("disconnect", () => process.exit(0));
