import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { startWireServer } from "../servers/wire.ts";
import { command, program } from "./said.ts";

const KEY = "sk-live-4f9b2c7e1d8a6035";
const variables = { OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY, OLLAMA_API_KEY: KEY };
const certificate = join(import.meta.dirname, "../fixtures/tls/cert.pem");

function folder(model: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-host-"));
  writeFileSync(join(cwd, "cases.jsonl"), '{"id":"a","q":"2+2"}\n');
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: host
models:
  m: { ${model} }
settings: { max_attempts: 1 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "4" } }] }
`,
  );
  return cwd;
}

const BACKENDS = [
  ["openai", "OPENAI_API_KEY"],
  ["anthropic", "ANTHROPIC_API_KEY"],
  ["ollama", "OLLAMA_API_KEY"],
] as const;

describe("a key is not sent to a host that a suite names", () => {
  test.each(BACKENDS)("%s: it is told which host would get it, and nothing is sent", async (backend, key) => {
    for (const host of ["evals.example", "api.openai.com.evals.example", "[2001:db8::1]", "203.0.113.7"]) {
      const cwd = folder(`backend: ${backend}, model: m-1, base_url: "https://${host}/v1"`);
      const said = await command(["run", "suite.yaml"], { cwd, variables });
      expect(said.code, said.stderr).toBe(4);
      expect(said.stderr).toContain(`error[E2003]: The key in ${key} would go to ${host}`);
      expect(said.stderr).not.toContain(KEY);
      expect(readdirSync(cwd)).not.toContain("results");
    }
  });

  test.each(["openai", "anthropic"])(
    "%s: a key that the suite names must be set, for a server here too",
    async (backend) => {
      const cwd = folder(
        `backend: ${backend}, model: m-1, base_url: "http://127.0.0.1:9/v1", api_key_env: MINE`,
      );
      const said = await command(["run", "suite.yaml"], { cwd, variables });
      expect(said.code).toBe(4);
      expect(said.stderr).toContain("error[E2002]: MINE is not set.");
      expect(said.stderr).toContain("export MINE=");
    },
  );

  test("unless the user allows that host by name: then it is tried", async () => {
    const cwd = folder('backend: openai, model: m-1, base_url: "https://evals.invalid/v1"');
    const allowed = { ...variables, EVALS_ALLOW_HOSTS: "other.example, evals.invalid" };
    const said = await command(["run", "suite.yaml"], { cwd, variables: allowed });
    expect(said.code).toBe(4);
    expect(said.stderr).toMatch(/error\[E2005\]: .*\((ENOTFOUND|EAI_AGAIN)\)/);
  });

  test("and not unencrypted over a public network, whoever allows it", async () => {
    for (const address of ["http://api.openai.com/v1", "http://evals.example/v1", "http://203.0.113.7/v1"]) {
      const cwd = folder(`backend: openai, model: m-1, base_url: "${address}"`);
      const allowed = { ...variables, EVALS_ALLOW_HOSTS: new URL(address).hostname };
      const said = await command(["run", "suite.yaml"], { cwd, variables: allowed });
      expect(said.code, said.stderr).toBe(4);
      expect(said.stderr).toContain("is not encrypted");
    }
  });

  test("and no address with a login, or of another kind, is a server", async () => {
    for (const address of ["https://me:secret@api.openai.com/v1", "file:///etc/passwd", "ftp://h/v1"]) {
      const cwd = folder(`backend: openai, model: m-1, base_url: "${address}"`);
      const said = await command(["run", "suite.yaml"], { cwd, variables });
      expect([2, 4], said.stderr).toContain(said.code);
      expect(readdirSync(cwd)).not.toContain("results");
    }
  });
});

test("a redirect is not followed: the other host hears nothing, and the run exits 3", async () => {
  const other = await startWireServer(() => ({ steps: [chunk({ content: "4" }), chunk({}, "stop"), done] }));
  const json = { "content-type": "application/json" };
  const own = await startWireServer(({ method, path }) =>
    method === "GET"
      ? { headers: json, steps: [{ send: '{"id":"m-1"}' }] }
      : { status: 307, headers: { location: `${other.url}${path}` }, steps: [] },
  );
  const cwd = folder(`backend: openai, model: m-1, base_url: "${own.url}/v1"`);
  const said = await command(["run", "suite.yaml", "--no-cache"], { cwd, variables });
  expect(said.code, said.stderr).toBe(3);
  expect(own.received.map(({ method }) => method)).toContain("POST");
  expect(other.received).toEqual([]);
  await own.close();
  await other.close();
});

describe("a certificate that nobody vouches for", () => {
  const heard: string[] = [];
  const server = createServer(
    {
      key: readFileSync(join(import.meta.dirname, "../fixtures/tls/key.pem")),
      cert: readFileSync(certificate),
    },
    (request, response) => {
      heard.push(`${request.method} ${request.headers.authorization}`);
      const isProbe = request.method === "GET";
      response.writeHead(200, { "content-type": isProbe ? "application/json" : "text/event-stream" });
      if (isProbe) return void response.end('{"id":"m-1"}');
      for (const step of [chunk({ content: "4" }), chunk({}, "stop"), usage, done])
        if ("send" in step) response.write(step.send);
      response.end();
    },
  );
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ["is refused", {}],
    ["is refused even where Node's own switch says otherwise", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
    [
      "is refused behind a proxy's settings too",
      { NODE_TLS_REJECT_UNAUTHORIZED: "0", HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" },
    ],
  ])("%s: exit 4, and the key is not sent", async (_, more) => {
    const cwd = folder(`backend: openai, model: m-1, base_url: "${url}"`);
    const said = await program(["run", "suite.yaml"], { cwd, variables: { ...variables, ...more } });
    expect(said.code, said.stderr).toBe(4);
    expect(said.stderr).toMatch(/error\[E2005\]: .*certificate/i);
    expect(heard).toEqual([]);
  });

  test("is good where the user names it in NODE_EXTRA_CA_CERTS", async () => {
    const cwd = folder(`backend: openai, model: m-1, base_url: "${url}"`);
    const said = await program(["run", "suite.yaml", "--no-cache"], {
      cwd,
      variables: { ...variables, NODE_EXTRA_CA_CERTS: certificate },
    });
    expect(said.code, said.stderr).toBe(0);
    expect(heard).toContain(`POST Bearer ${KEY}`);
  });
});
