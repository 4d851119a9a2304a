import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type Watched, watched } from "./watched.ts";

export const ANSWERS = 12;
export const ANSWER_MB = 10;
/** Parts of one answer, as a server streams it. */
const PARTS = 1000;

const event = (body: object) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "m", ...body })}\n\n`;
const part = event({
  choices: [
    { index: 0, delta: { content: "word ".repeat((ANSWER_MB * 1e6) / PARTS / 5) }, finish_reason: null },
  ],
});
const ending =
  event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) +
  event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }) +
  "data: [DONE]\n\n";

/** A run whose answers are 10 MB each and come all at once. */
export async function largeAnswers(folder: string): Promise<Watched> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === "GET") response.end('{"id":"m","object":"model","created":0,"owned_by":"bench"}');
    else request.on("end", () => void answer(response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const cases = Array.from({ length: ANSWERS }, (_, at) => `${JSON.stringify({ id: `c${at}` })}\n`);
  writeFileSync(join(folder, "large.jsonl"), cases.join(""));
  writeFileSync(
    join(folder, "large.yaml"),
    `name: large
models:
  m: { backend: openai, model: m, base_url: "http://127.0.0.1:${address.port}/v1", concurrency: ${ANSWERS} }
tasks:
  t: { dataset: large.jsonl, prompt: "{{ id }}", scorers: [{ contains: { all: [word] } }] }
`,
  );
  try {
    return await watched(["run", "large.yaml", "--out", "large"], folder);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function answer(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let at = 0; at < PARTS; at += 1) if (!response.write(part)) await once(response, "drain");
  response.end(ending);
}
