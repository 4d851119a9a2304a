import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWithoutBrowser, openPage, pageOf, startBrowser } from "./page.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(isWithoutBrowser)("the page in a browser", () => {
  let browser: Browser;
  let quickstart: string;

  beforeAll(async () => {
    browser = await startBrowser();
    quickstart = pageOf(join(import.meta.dirname, "../../evals/quickstart.yaml"));
  }, 60_000);
  afterAll(() => browser.close());

  test("shows the quickstart's verdicts and its worst case, and asks for nothing", async () => {
    const { page, requests, complaints } = await openPage(browser, quickstart);
    expect(await page.locator(".word").allTextContents()).toEqual(["✓ SAFE", "✕ UNSAFE", "? INCONCLUSIVE"]);
    expect(await page.locator(".answer h4").allTextContents()).toEqual(["sim-incumbent", "sim-safe"]);
    expect(await page.locator("[role=status]").textContent()).toBe("200 of 200 cases");
    expect(requests).toEqual([`file://${quickstart}`]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("filters, moves by keys, and gives each case an address that opens it again", async () => {
    const { page } = await openPage(browser, quickstart);
    await page.getByLabel("Candidate").selectOption("sim-unsafe");
    await page.getByLabel("Show", { exact: true }).selectOption("lost");
    await page.getByLabel("Task").selectOption({ label: "tickets" });
    const all = Number((await page.locator("[role=status]").textContent())?.split(" ")[0]);
    expect(all).toBeGreaterThan(5);
    expect(all).toBeLessThan(73);
    await page.getByRole("listbox").focus();
    for (const key of ["ArrowDown", "j", "Enter"]) await page.keyboard.press(key);
    expect(await page.evaluate("document.activeElement?.className")).toBe("case");
    const title = (await page.locator(".case h3").textContent()) ?? "";
    expect(title).toMatch(/^tickets \/ t-\d+$/);
    expect(await page.locator(".row[aria-selected=true] .id").textContent()).toBe(title.split(" / ")[1]);
    const again = await openPage(browser, `${quickstart}${new URL(page.url()).hash}`);
    expect(await again.page.locator(".case h3").textContent()).toBe(title);
    expect(await again.page.locator(".answer h4").allTextContents()).toEqual(["sim-incumbent", "sim-unsafe"]);
    await page.close();
    await again.page.close();
  });

  test("finds a text in the cases' fields and in both models' answers", async () => {
    const { page, complaints } = await openPage(browser, quickstart);
    const status = page.locator("[role=status]");
    await page.getByLabel("Text", { exact: true }).fill("ZANZIBAR-nowhere");
    await expect.poll(() => status.textContent()).toBe("0 of 200 cases");
    await page.getByLabel("Text", { exact: true }).fill("REFUND");
    await expect.poll(() => status.textContent()).toMatch(/^[1-9]\d* of 200 cases$/);
    const shown = await page.locator(".case").textContent();
    expect(shown?.toLowerCase()).toContain("refund");
    await page.getByLabel("Text", { exact: true }).fill("");
    await expect.poll(() => status.textContent()).toBe("200 of 200 cases");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("marks the words that differ, and shows the scorer's reason and the timings", async () => {
    const hash = "#task=invoices&case=i-003&candidate=sim-unsafe&repeat=3";
    const { page } = await openPage(browser, `${quickstart}${hash}`);
    expect(await page.locator(".answer mark").count()).toBeGreaterThan(1);
    expect(await page.locator("[aria-pressed=true]").textContent()).toMatch(/^3: 1 → 0$/);
    expect(await page.locator(".given dt").allTextContents()).toContain("text");
    expect(await page.locator(".given dd").first().textContent()).not.toBe("");
    const side = await page.locator(".answer").nth(1).textContent();
    expect(side).toMatch(/json 0\.0 %: \d of 6 fields (?:is|are) wrong/);
    expect(side).toMatch(/\d ms \(first token \d+ ms\), \d+ tokens in, \d+ out, cost \$/);
    await page.close();
  });

  test("shows the calls of a workflow under its answer", async () => {
    const file = pageOf(join(import.meta.dirname, "../../evals/workflows.yaml"));
    const hash = "#task=tickets&case=t-003&candidate=cheap-voted";
    const { page, complaints } = await openPage(browser, `${file}${hash}`);
    await page.getByText("5 calls of the workflow").click();
    expect(await page.locator(".answer").nth(1).locator("ol li strong").count()).toBe(5);
    expect(await page.locator(".answer").nth(1).locator("ol li").first().textContent()).toMatch(
      /sample 1 cheap, answered.*\d tokens in, \d+ out$/s,
    );
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  test.each([
    [1440, "light"],
    [390, "dark"],
  ] as const)(
    "is accessible and fits %i pixels, %s",
    async (width, colorScheme) => {
      const { page } = await openPage(browser, quickstart, { viewport: { width, height: 900 }, colorScheme });
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await violations(page)).toEqual([]);
      await page.close();
    },
    60_000,
  );
});

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ' ' + html)))",
  );
  return Array.isArray(found) ? found.map(String) : ["axe gave no list"];
}
