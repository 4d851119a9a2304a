// As bare-loop.ts, by the `fetch` of Node itself. Arguments: URL, calls, concurrency.
const [url = "", calls = "0", concurrency = "1"] = process.argv.slice(2);
let left = Number(calls);
const times: number[] = [];

async function worker(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const sentAt = performance.now();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "bench",
        stream: true,
        messages: [{ role: "user", content: "What is 1 + 1?" }],
      }),
    });
    await response.text();
    times.push(performance.now() - sentAt);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, worker));
times.sort((a, b) => a - b);
process.send?.({ ownP50: times[times.length >> 1] });
