import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Random } from "../src/statistics/random.ts";

/** An answer that the server has written to its last byte. */
export interface Delivery {
  /** `model/prompt`: what was asked. */
  readonly asked: string;
  /** When it was finished, ms on this process's monotonic clock. */
  readonly finishedAt: number;
}

/** A chat-completions server that knows what it was asked and when it finished each answer. */
export interface DeliveryServer {
  readonly url: string;
  /** Everything asked since the last call of `forget`, finished or not. */
  readonly asked: readonly string[];
  readonly delivered: readonly Delivery[];
  /** Resolves when this many were asked since the last call of `forget`, before any of them can be answered. */
  heard(count: number): Promise<void>;
  forget(): void;
  close(): Promise<void>;
}

const bodySchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ content: z.string() })).min(1),
});

/** What a model answers to a prompt: the same at any time. */
export type Answering = (model: string, prompt: string) => string;

/** Starts it on a free port of this machine; each answer takes up to `mostMs`, in two writes. */
export async function startDeliveryServer(
  answering: Answering,
  { random, mostMs }: { readonly random: Random; readonly mostMs: number },
): Promise<DeliveryServer> {
  const asked: string[] = [];
  const delivered: Delivery[] = [];
  let awaited = { count: 0, reach: () => {} };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ id: "m", object: "model", created: 0, owned_by: "bench" }));
      return;
    }
    const { model, messages } = bodySchema.parse(JSON.parse(Buffer.concat(parts).toString()));
    const prompt = messages.at(-1)?.content ?? "";
    const key = `${model}/${prompt}`;
    asked.push(key);
    if (asked.length === awaited.count) awaited.reach();
    response.on("finish", () => delivered.push({ asked: key, finishedAt: performance.now() }));
    await send(response, answering(model, prompt), random.next() * mostMs);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    delivered,
    heard: (count) =>
      new Promise((resolve) => {
        awaited = { count, reach: resolve };
      }),
    forget: () => {
      awaited = { count: 0, reach: () => {} };
      asked.length = 0;
      delivered.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function send(response: ServerResponse, text: string, delayMs: number): Promise<void> {
  const half = text.length >> 1;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunk({ role: "assistant", content: text.slice(0, half) }, null));
  await sleep(delayMs);
  response.write(chunk({ content: text.slice(half) }, null));
  response.write(chunk({}, "stop"));
  const usage = { prompt_tokens: 12, completion_tokens: text.length, total_tokens: 12 + text.length };
  response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
}

function chunk(delta: object, finish: string | null): string {
  return event({ choices: [{ index: 0, delta, finish_reason: finish }] });
}

function event(rest: object): string {
  const head = { id: "c", object: "chat.completion.chunk", created: 0, model: "m" };
  return `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
}
