import { Agent, request } from "undici";

// What a run is measured against: the same calls to the same server by undici alone, `concurrency` at a time, each
// answer read to its end. Arguments: URL, calls, concurrency.
const [url = "", calls = "0", concurrency = "1"] = process.argv.slice(2);
const dispatcher = new Agent({ connections: Number(concurrency) });
let left = Number(calls);
const times: number[] = [];

async function worker(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const sentAt = performance.now();
    const { body } = await request(`${url}/v1/chat/completions`, {
      dispatcher,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "bench",
        stream: true,
        messages: [{ role: "user", content: "What is 1 + 1?" }],
      }),
    });
    await body.text();
    times.push(performance.now() - sentAt);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, worker));
await dispatcher.close();
times.sort((a, b) => a - b);
process.send?.({ ownP50: times[times.length >> 1] });
