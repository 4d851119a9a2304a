import { createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connected } from "./connected.ts";
import { WIRES } from "./wires.ts";

const PATIENT = { timeoutMs: 20_000, idleTimeoutMs: 20_000 };
const tunnels: string[] = [];
const proxy = createServer((_, response) => void response.writeHead(502).end());
proxy.on("connect", ({ url = "" }, socket, head) => {
  tunnels.push(url);
  const { hostname, port } = new URL(`http://${url}`);
  const upstream = connect(Number(port), hostname, () => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  for (const side of [upstream, socket]) side.on("error", () => void upstream.destroy());
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
});

test.each(WIRES)(
  "a call over $name goes through the proxy of the environment, unless NO_PROXY names its host",
  async ({ setup, contentType, answers }) => {
    const ask = async (variables: { readonly [name: string]: string }) => {
      tunnels.length = 0;
      const script = { headers: { "content-type": contentType }, steps: answers("Hello") };
      const { ask } = await connected(
        { ...setup, settings: PATIENT, variables: { ...setup.variables, ...variables } },
        () => script,
      );
      return { kind: (await ask()).kind, tunnels: tunnels.length };
    };
    expect(await ask({ HTTP_PROXY: url })).toEqual({ kind: "answered", tunnels: 1 });
    expect(await ask({ HTTP_PROXY: url, NO_PROXY: "127.0.0.1" })).toEqual({ kind: "answered", tunnels: 0 });
  },
);
