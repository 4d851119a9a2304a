import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWithoutBrowser, openPage, pageOf, startBrowser } from "./page.ts";

/** What a model or a dataset could write to be run, or to call home. */
const attacks = (home: string): readonly string[] => [
  `<script>window.hit=1</script>`,
  `<img src="${home}/x.png" onerror="window.hit=1">`,
  `</script><script>window.hit=1</script>`,
  `"><svg onload=window.hit=1>`,
  `<!--<script>`,
  `[link](javascript:window.hit=1) \\u{202e}reversed`,
  `<style>@import "${home}/x.css"; body { background: url(${home}/x.gif) }</style>`,
  `<meta http-equiv="refresh" content="0;url=${home}/">`,
  `<link rel="prefetch" href="${home}/prefetch"><iframe src="${home}/frame"></iframe>`,
];

const SUITE = `name: '<img src=x onerror=window.hit=1>'
models:
  now: { backend: simulated, model: now, accuracy: 1 }
  next: { backend: simulated, model: next, accuracy: 0, wrong: ["no"] }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    slices: [kind]
    scorers: [exact: { expected: "{{ answer }}" }]
gate: { baseline: now, candidates: [next], require: [{ metric: score, margin: 0.05 }] }
`;

describe.skipIf(isWithoutBrowser)("hostile answers", () => {
  const visits: string[] = [];
  let server: Server;
  let browser: Browser;
  let list: readonly string[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      visits.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    // A server that listens on a port has an address object.
    list = attacks(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  test("are text: no script runs, no request leaves", async () => {
    const cases = list.map((attack, at) => {
      const hostile = attack.replace("\\u{202e}", "\u202e");
      return JSON.stringify({ id: `${at} ${hostile}`, kind: hostile, q: "?", answer: hostile });
    });
    const file = pageOf("suite.yaml", { "cases.jsonl": cases.join("\n"), "suite.yaml": SUITE });
    const { page, requests, complaints } = await openPage(browser, file);
    await page.getByLabel("Order").selectOption("dataset");
    await page.getByRole("listbox").focus();
    for (const attack of list) {
      await page.getByText(`qa / ${list.indexOf(attack)} `).waitFor();
      expect(await page.locator(".answer .said").first().textContent()).toBe(attack);
      await page.keyboard.press("ArrowDown");
    }
    expect(await page.evaluate("window.hit")).toBeUndefined();
    const made =
      "main :is(img, style, meta, link, iframe, svg[onload], a, script:not([type=application\\/octet-stream]))";
    expect(await page.locator(made).count()).toBe(0);
    expect([requests, complaints, visits]).toEqual([[`file://${file}`], [], []]);
    await page.close();
  }, 60_000);

  test("would be stopped by the policy even as markup", async () => {
    const file = pageOf(join(import.meta.dirname, "../../evals/quickstart.yaml"), {});
    const { page, complaints } = await openPage(browser, file);
    await page.evaluate(`for (const attack of ${JSON.stringify(list)})
      document.body.insertAdjacentHTML("beforeend", attack.replace(/<meta.*/, ""))`);
    await page.evaluate(`const script = document.createElement("script");
      script.textContent = "window.hit=1";
      document.body.append(script)`);
    const home = JSON.stringify(list[1]?.match(/http:[^/]*\/\/[^/]*/)?.[0]);
    expect(await page.evaluate(`fetch(${home}).then(() => "sent", () => "refused")`)).toBe("refused");
    await page.waitForTimeout(300);
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(complaints.filter((text) => text.includes("Content Security Policy")).length).toBeGreaterThan(4);
    expect(visits).toEqual([]);
    await page.close();
  }, 60_000);
});
