import { createServer, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";

/** One step of a scripted answer. */
export type Step =
  | { readonly send: string | Uint8Array }
  | { readonly wait: number }
  /** Goes on once it resolves. */
  | { readonly until: Promise<void> }
  | { readonly reset: true };

export interface Script {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly steps: readonly Step[];
  /** Takes the request and never answers: not even headers. */
  readonly isSilent?: boolean;
  /** Takes the request and cuts the connection. */
  readonly isReset?: boolean;
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Nothing more comes, and the connection stays open. */
export const SILENCE: Step = { until: new Promise(() => {}) };

/** What a server holds back until it is told otherwise. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A loopback server that answers each request by `answer` and keeps what it received. */
export async function startWireServer(answer: (request: Received) => Script) {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const request = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    received.push(request);
    const {
      status = 200,
      headers = { "content-type": "text/event-stream" },
      steps,
      isSilent,
      isReset,
    } = answer(request);
    if (isSilent) return;
    if (isReset) return void incoming.socket.destroy();
    response.writeHead(status, headers);
    response.flushHeaders();
    for (const step of steps) {
      if ("send" in step) response.write(step.send);
      else if ("wait" in step) {
        // Who is called by this process has read what was sent before the wait begins, however busy the machine is.
        for (let turns = 0; turns < 3; turns += 1) await turn();
        await sleep(step.wait, undefined, { ref: false });
      } else if ("until" in step) await step.until;
      else return void incoming.socket.destroy();
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
