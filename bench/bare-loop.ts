// What a run is measured against: the same calls to the same server by undici alone, or by Node's own `fetch`,
// `concurrency` at a time, each answer read to its end. Arguments: URL, calls, concurrency, `undici` or `fetch`.
const [url = "", calls = "0", concurrency = "1", by = "undici"] = process.argv.slice(2);
const call = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    model: "bench",
    stream: true,
    messages: [{ role: "user", content: "What is 1 + 1?" }],
  }),
} as const;
let left = Number(calls);
const times: number[] = [];

interface Asker {
  /** Asks once, and reads the answer to its end. */
  ask(): Promise<unknown>;
  close(): Promise<void>;
}

// Loaded by the side that asks by it alone: to load it is a part of that side's cost.
async function byUndici(): Promise<Asker> {
  const { Agent, request } = await import("undici");
  const dispatcher = new Agent({ connections: Number(concurrency) });
  return {
    ask: async () => (await request(`${url}/v1/chat/completions`, { dispatcher, ...call })).body.text(),
    close: () => dispatcher.close(),
  };
}

const byFetch: Asker = {
  ask: async () => (await fetch(`${url}/v1/chat/completions`, call)).text(),
  close: async () => undefined,
};

const { ask, close } = by === "fetch" ? byFetch : await byUndici();

async function worker(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const sentAt = performance.now();
    await ask();
    times.push(performance.now() - sentAt);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, worker));
await close();
times.sort((a, b) => a - b);
process.send?.({ ownP50: times[times.length >> 1] });
