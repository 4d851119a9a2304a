import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Received, type Script, startWireServer } from "../servers/wire.ts";

const CATALOGUE: Script = {
  headers: { "content-type": "application/json" },
  steps: [{ send: '{"object":"list","data":[{"id":"old"},{"id":"new"},{"id":"judge-1"},{"id":"judge-2"}]}' }],
};

/** A streamed answer of a chat completion. */
export const text = (content: string): Script => ({
  steps: [chunk({ content }), chunk({}, "stop"), usage, done],
});

/** What a judge is shown: the mark of its verdict, and the judged texts. */
export interface Shown {
  readonly model: string;
  readonly mark: string;
  readonly instructions: string;
  readonly data: { readonly answer?: string; readonly [key: string]: unknown };
  readonly isCanary: boolean;
}

/** A server of models that answer and of models that judge. */
export async function judgingServer() {
  const behaviour = {
    answer: (_model: string, _prompt: string): Script => text("right"),
    judge: (_shown: Shown): Script => text("no verdict"),
  };
  const server = await startWireServer((request) => {
    if (request.method === "GET") return CATALOGUE;
    const { model, content } = bodyOf(request);
    const shown = shownIn(model, content);
    return shown === undefined ? behaviour.answer(model, content) : behaviour.judge(shown);
  });
  const posts = () => server.received.filter(({ method }) => method === "POST").map(bodyOf);
  return {
    url: `${server.url}/v1`,
    behaviour,
    /** Every question to a judge so far, the canaries aside. */
    judged: () =>
      posts()
        .flatMap(({ model, content }) => shownIn(model, content) ?? [])
        .filter(({ isCanary }) => !isCanary),
    canaries: () =>
      posts()
        .flatMap(({ model, content }) => shownIn(model, content) ?? [])
        .filter(({ isCanary }) => isCanary),
    answers: () => posts().filter(({ model, content }) => shownIn(model, content) === undefined),
    forget: () => server.received.splice(0),
    close: () => server.close(),
  };
}

function bodyOf({ body }: Received): { readonly model: string; readonly content: string } {
  const { model, messages } = Object(body);
  return { model: String(model), content: String(Object(Array.from(messages).at(-1)).content) };
}

function shownIn(model: string, content: string): Shown | undefined {
  const found = /^(.*)\n\nWhat you judge is [^\n]*\n\n(verdict-\w+)\n(.*)\n\2\n/s.exec(content);
  if (found === null) return undefined;
  const [, instructions = "", mark = "", data = "{}"] = found;
  return {
    model,
    mark,
    instructions,
    data: JSON.parse(data),
    isCanary: content.includes("capital of France"),
  };
}

/** A verdict under its mark. */
export function verdict({ mark }: Shown, value: object, reasons = "because"): Script {
  return text(JSON.stringify({ id: mark, reasons, ...value }));
}

/** A judge that sees through every canary, and gives other answers what `score` says. */
export const soundJudge =
  (score: (shown: Shown) => object) =>
  (shown: Shown): Script => {
    if (!shown.isCanary) return verdict(shown, score(shown));
    const isParis = /^Paris\.$/.test(String(shown.data.answer));
    return verdict(shown, { score: isParis ? 5 : 1 });
  };

/** A folder with a suite and its cases. */
export function folder(suite: string, cases: readonly object[]): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-judges-"));
  writeFileSync(join(cwd, "cases.jsonl"), cases.map((item) => `${JSON.stringify(item)}\n`).join(""));
  writeFileSync(join(cwd, "suite.yaml"), suite);
  return cwd;
}

/** The newest run's folder. */
export function runFolder(cwd: string, suite = "judged"): string {
  const runs = join(cwd, "results", suite);
  return join(runs, readdirSync(runs).toSorted().at(-1) ?? "");
}

/** The records of one file of the newest run. */
export function records(cwd: string, file: "samples" | "judgements" | "scores") {
  const lines = readFileSync(join(runFolder(cwd), `${file}.jsonl`), "utf8").trim();
  return lines.split("\n").map((line) => JSON.parse(line));
}

/** The newest run's manifest. */
export function manifest(cwd: string) {
  return JSON.parse(readFileSync(join(runFolder(cwd), "run.json"), "utf8"));
}
