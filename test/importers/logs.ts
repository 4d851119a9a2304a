import { deflateRawSync } from "node:zlib";

/** What three questions are answered with by two models, and what is right. */
export const QUESTIONS = [
  { id: "q.1", ask: "The capital of Norway?", right: "Oslo", small: "Oslo", large: "Oslo" },
  { id: "q.2", ask: "The capital of Peru?", right: "Lima", small: "Cusco", large: "It is Lima." },
  { id: "q.3", ask: "The capital of Kenya?", right: "Nairobi", small: "Nairobi!", large: "Nairobi" },
] as const;

export type Name = "small" | "large";
const lines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

/** A log of OpenAI Evals: right where the answer holds the expected text, or begins with it. */
export function openaiLog(
  model: Name,
  isRight = (said: string, right: string) => said.includes(right),
): string {
  const spec = { completion_fns: [model], eval_name: "capitals.dev.v0", base_eval: "capitals", split: "dev" };
  const events = QUESTIONS.flatMap((question, index) => {
    const { id, ask, right } = question;
    const sampled = question[model];
    const event = { run_id: "r", sample_id: id, created_by: "", created_at: "2026-01-01" };
    const prompt = [
      { role: "system", content: "Answer in one word." },
      { role: "user", content: ask },
    ];
    return [
      { ...event, event_id: 2 * index, type: "sampling", data: { prompt, sampled: [sampled] } },
      {
        ...event,
        event_id: 2 * index + 1,
        type: "match",
        data: { correct: isRight(sampled, right), expected: right, picked: null },
      },
    ];
  });
  return lines([{ spec }, ...events, { final_report: { accuracy: 1 } }]);
}

/** A log of Inspect: two epochs, right where the answer is the target. */
export function inspectLog(model: Name) {
  const samples = [1, 2].flatMap((epoch) =>
    QUESTIONS.map((question) => ({
      id: question.id,
      epoch,
      input: question.ask,
      target: question.right,
      output: {
        model,
        choices: [{ message: { role: "assistant", content: question[model] }, stop_reason: "stop" }],
        usage: { input_tokens: 7, output_tokens: 2, total_tokens: 9 },
        time: 0.25,
      },
      scores: { match: { value: question[model] === question.right ? "C" : "I", answer: question[model] } },
    })),
  );
  return { version: 2, status: "success", eval: { task: "capitals", model: `openai/${model}` }, samples };
}

/** Samples of the LM Evaluation Harness: options ranked by likelihood. */
export function rankedSamples(best: readonly number[]): string {
  return lines(
    best.map((pick, index) => ({
      doc_id: index,
      doc: { question: `Question ${index}` },
      target: "1",
      arguments: {
        gen_args_0: { arg_0: `Question ${index}\nAnswer:`, arg_1: " red" },
        gen_args_1: { arg_0: `Question ${index}\nAnswer:`, arg_1: " blue" },
      },
      resps: [[[pick === 0 ? "-1.5" : "-9.0", "False"]], [[pick === 1 ? "-1.5" : "-9.0", "False"]]],
      filtered_resps: [
        [pick === 0 ? "-1.5" : "-9.0", "False"],
        [pick === 1 ? "-1.5" : "-9.0", "False"],
      ],
      filter: "none",
      metrics: ["acc"],
      acc: Number(pick === 1),
    })),
  );
}

/** A ZIP archive of texts, each packed. */
export function zipOf(files: Readonly<Record<string, string>>, method: 0 | 8 | 93 = 8): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = method === 8 ? deflateRawSync(Buffer.from(text)) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(text.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), data);
    directory.push(central, Buffer.from(name));
    offset += local.length + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
