import { type Limits, startLimitedServer } from "../test/servers/limited.ts";

// A server that keeps a token bucket for each model, in a process of its own. Prints its address; asked by any message,
// it says how many calls came, how many it turned down, and when the last came. Ends with its parent.
const limits: Limits = JSON.parse(process.argv[2] ?? "{}");
const { url, calls } = await startLimitedServer(limits);
process.stdout.write(`${url}\n`);
process.on("message", () => {
  process.send?.({
    sent: calls.length,
    refused: calls.filter(({ status }) => status === 429).length,
    lastMs: Math.max(...calls.map(({ at }) => at)),
  });
});
process.on("disconnect", () => process.exit(0));
