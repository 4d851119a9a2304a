import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJournal } from "../../src/storage/journal.ts";
import { start } from "./start.ts";

const MB = 1e6;
const ANSWERS = 32;
/** Of an answer: less than all answers may take together, and more. */
const LARGE = 10 * MB;
const HUGE = 40 * MB;
const PART = 10_000;
/** What 32 answers of 10 MB take, MB: 300 by themselves, more where the collector gets little time; without a bound 1,500. */
const MOST_MB = 600;

/** Notes the most memory that a process took, KB. On Linux `maxRSS` may be that of the process that started it. */
const PEAK = `
import { existsSync, readFileSync, writeFileSync } from "node:fs";
const peak = () => {
  const status = "/proc/self/status";
  if (!existsSync(status)) return process.resourceUsage().maxRSS;
  return /VmHWM:\\s+(\\d+)/.exec(readFileSync(status, "utf8"))[1];
};
process.on("exit", () => writeFileSync(process.env.PEAK_FILE, String(peak())));
`;

const event = (body: object) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "m", ...body })}\n\n`;
const part = event({
  choices: [{ index: 0, delta: { content: "word ".repeat(PART / 5) }, finish_reason: null }],
});
const ending = `${event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;

let size = LARGE;
let asked = 0;
async function answer(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let sent = 0; sent < size && !response.destroyed; sent += PART)
    if (!response.write(part)) await once(response, "drain").catch(() => undefined);
  response.end(ending);
}
const server = createServer((request, response) => {
  request.resume();
  if (request.method === "GET") response.end('{"id":"m","object":"model","created":0,"owned_by":"x"}');
  else {
    asked += 1;
    request.on("end", () => void answer(response));
  }
});

let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A folder with a suite of so many cases, and how to run a command there and see the most memory that it took, MB. */
function prepared(cases: number) {
  const cwd = mkdtempSync(join(tmpdir(), "evals-large-"));
  const lines = Array.from({ length: cases }, (_, at) => `${JSON.stringify({ id: `c${at}` })}\n`);
  writeFileSync(join(cwd, "large.jsonl"), lines.join(""));
  writeFileSync(
    join(cwd, "large.yaml"),
    `name: large
models:
  m: { backend: openai, model: m, base_url: "${url}", concurrency: ${ANSWERS}, timeout: 60s }
tasks:
  t: { dataset: large.jsonl, prompt: "{{ id }}", scorers: [{ contains: { all: [word] } }] }
`,
  );
  const peak = join(cwd, "peak");
  const hook = join(cwd, "peak.mjs");
  writeFileSync(hook, PEAK);
  const env = { ...process.env, NODE_OPTIONS: `--import ${pathToFileURL(hook)}`, PEAK_FILE: peak };
  const program = async (...args: string[]) => {
    const said = await start(cwd, args, { env: { ...env, OPENAI_API_KEY: "none" } }).ended;
    return { ...said, peakMb: Number(readFileSync(peak, "utf8")) / 1024 };
  };
  const journal = () => {
    const [id = ""] = readdirSync(join(cwd, "results", "large"));
    return join(cwd, "results", "large", id, "samples.jsonl");
  };
  return { program, journal };
}

async function lengths(journal: string): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { outcome } of readJournal(journal)) {
    if (outcome.kind !== "answered") throw new Error(JSON.stringify(outcome).slice(0, 1000));
    expect(outcome.answer.text === "word ".repeat(outcome.answer.text.length / 5)).toBe(true);
    found.push(outcome.answer.text.length);
  }
  return found;
}

test("32 answers of 10 MB that come at once are kept whole, in memory that does not grow with them", async () => {
  size = LARGE;
  asked = 0;
  const { program, journal } = prepared(ANSWERS);
  const run = await program("run", "large.yaml", "--no-cache", "--json");
  expect({ code: run.code, stderr: run.code === 0 ? "" : run.stderr }).toEqual({ code: 0, stderr: "" });
  expect(await lengths(journal())).toEqual(Array.from({ length: ANSWERS }, () => LARGE));
  expect(asked).toBe(ANSWERS);
  expect(run.peakMb).toBeLessThan(MOST_MB);

  // What is read back of an interrupted run is bounded as well, and so are the reports of it.
  truncateSync(journal(), statSync(journal()).size - LARGE / 2);
  const resumed = await program("resume", "latest", "--json");
  expect({ code: resumed.code, stderr: resumed.code === 0 ? "" : resumed.stderr }).toMatchObject({ code: 0 });
  expect(asked).toBe(ANSWERS + 1);
  expect(await lengths(journal())).toHaveLength(ANSWERS);
  const page = await program("view", "latest", "--no-open");
  const table = await program("report", "latest");
  expect([page.code, table.code]).toEqual([0, 0]);
  expect(Math.max(resumed.peakMb, page.peakMb, table.peakMb)).toBeLessThan(MOST_MB);
}, 180_000);

test("answers that are each larger than all that is read at a time pass one by one", async () => {
  size = HUGE;
  const { program, journal } = prepared(3);
  const run = await program("run", "large.yaml", "--no-cache", "--json");
  expect({ code: run.code, stderr: run.code === 0 ? "" : run.stderr }).toEqual({ code: 0, stderr: "" });
  expect(await lengths(journal())).toEqual([HUGE, HUGE, HUGE]);
}, 180_000);
