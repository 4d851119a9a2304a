import { createServer } from "node:http";

/** A call that a batch server received. */
export interface BatchCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly body: Buffer;
}

/** What a server answers: JSON, or text; `reset` takes the call, does what it asks, and breaks the connection. */
export interface BatchReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly reset?: boolean;
  /** Breaks the connection after so many characters of the text. */
  readonly cutAt?: number;
  readonly delayMs?: number;
}

/** A loopback server whose answers a function makes; `fault` may stand in for any of them, or break it. */
export async function startBatchServer(answer: (call: BatchCall) => Promise<BatchReply> | BatchReply) {
  const calls: BatchCall[] = [];
  const faults: { fault: (call: BatchCall) => Partial<BatchReply> | undefined } = { fault: () => undefined };
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const path = (incoming.url ?? "").split("?")[0] ?? "";
    const { method = "", headers } = incoming;
    const call = { method, path, headers, body: Buffer.concat(parts) };
    calls.push(call);
    const fault = faults.fault(call);
    // A status that is no success stands for a request that was not taken; a reset comes after it was.
    const reply = fault?.status === undefined ? { ...(await answer(call)), ...fault } : fault;
    if (reply.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
    if (reply.reset === true) return void incoming.socket.destroy();
    const text = reply.text ?? JSON.stringify(reply.json ?? { error: { message: "no" } });
    const type = reply.text === undefined ? "application/json" : "application/octet-stream";
    response.writeHead(reply.status ?? 200, { "content-type": type, ...reply.headers });
    if (reply.cutAt === undefined) return void response.end(text);
    response.write(text.slice(0, reply.cutAt), () => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    faults,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
