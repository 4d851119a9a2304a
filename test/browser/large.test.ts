import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isWithoutBrowser, openPage, pageOf, startBrowser } from "./page.ts";

/** Scrolls the list through its length: the most rows that existed at once, and the longest frame in ms. */
const SCROLL = `(async () => {
  const list = document.querySelector(".rows");
  let [rows, slowest, last] = [0, 0, performance.now()];
  for (let step = 1; step <= 60; step += 1) {
    list.scrollTop = (list.scrollHeight * step) / 61;
    await new Promise(requestAnimationFrame);
    slowest = Math.max(slowest, performance.now() - last);
    rows = Math.max(rows, list.querySelectorAll(".row").length);
    last = performance.now();
  }
  return [rows, slowest];
})()`;

describe.skipIf(isWithoutBrowser)("100,000 samples", () => {
  test("are shown within two seconds, from a file under 30 MB", async () => {
    const words = (seed: number) =>
      Array.from({ length: 150 }, (_, at) => ((seed + 1) * (at + 7) * 2654435761) % 99991);
    const cases = Array.from({ length: 50_000 }, (_, at) =>
      JSON.stringify({ id: `c${at}`, q: "?", answer: words(at).join(" ") }),
    );
    const file = pageOf("suite.yaml", {
      "cases.jsonl": cases.join("\n"),
      "suite.yaml": `name: large
models:
  now: { backend: simulated, model: now, accuracy: 0.9, wrong: ["no"] }
  next: { backend: simulated, model: next, accuracy: 0.85, wrong: ["never"] }
settings: { concurrency: 200 }
tasks:
  qa: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [exact: { expected: "{{ answer }}" }] }
gate: { baseline: now, candidates: [next], require: [{ metric: score, margin: 0.1 }] }
`,
    });
    expect(statSync(file).size).toBeLessThan(30_000_000);
    const browser = await startBrowser();
    const { page } = await openPage(browser, file);
    // A busy machine only ever adds to a time: the least of several is nearest to what the page itself takes.
    const least = { paint: Number.POSITIVE_INFINITY, slowest: Number.POSITIVE_INFINITY };
    for (let loads = 0; loads < 5 && !(least.paint < 2000 && least.slowest < 200); loads += 1) {
      if (loads > 0) await page.reload();
      await page.waitForSelector(".answer");
      const paint = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      );
      const frames = await page.evaluate(SCROLL);
      expect([paint, frames]).toEqual([expect.any(Number), [expect.any(Number), expect.any(Number)]]);
      const [rows, slowest] = Array.isArray(frames) ? frames.map(Number) : [];
      expect(rows).toBeLessThan(60);
      least.paint = Math.min(least.paint, Number(paint));
      least.slowest = Math.min(least.slowest, Number(slowest));
    }
    expect(least.paint).toBeLessThan(2000);
    expect(least.slowest).toBeLessThan(200);
    expect(await page.locator("#cases > .banner").textContent()).toMatch(
      /^\d{5} of 100000 answers are in this file/,
    );
    await page.getByRole("listbox").focus();
    await page.keyboard.press("End");
    await page.waitForSelector(".row[aria-posinset='50000'][aria-selected=true]");
    await browser.close();
  }, 180_000);
});
