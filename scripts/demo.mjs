// Records the quickstart in a real terminal and its page in a real browser, for the README: npm run demo.
// Needs Linux's script(1) and a Chromium; CHROMIUM=/path names another one.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { terminalScreen } from "./terminal-screen.mjs";
import { terminalSvg } from "./terminal-svg.mjs";

const root = join(import.meta.dirname, "..");
const main = join(root, "dist/cli/main.js");
const COLUMNS = 80;
const COMMAND = "npx evals run evals/quickstart.yaml";
const OUTPUT = join(root, "docs/demo");
/** Moments that are kept of the run: a few a second; longer waits are cut to this. */
const EVERY_MS = 250;
const LONGEST_WAIT_MS = 1500;

const cwd = mkdtempSync(join(tmpdir(), "evals-demo-"));
for (const folder of ["evals", "datasets"])
  cpSync(join(root, folder), join(cwd, folder), { recursive: true });
mkdirSync(OUTPUT, { recursive: true });
recordTerminal();
await photographPage();
rmSync(cwd, { recursive: true });

/** What the terminal showed, and when: script(1) writes the bytes and their times. */
function recordTerminal() {
  const { CI: _ci, NO_COLOR: _color, ...env } = process.env;
  const command = `stty cols ${COLUMNS} rows 24; ${JSON.stringify(process.execPath)} ${JSON.stringify(main)} run evals/quickstart.yaml`;
  const { status } = spawnSync("script", ["-qe", "-c", command, "-O", "out.txt", "-T", "times.txt"], {
    cwd,
    env: { ...env, TERM: "xterm-256color" },
    stdio: "ignore",
  });
  if (status !== 0) throw new Error(`the quickstart exited ${status} in the terminal`);
  // The file begins with a line of script's own.
  const bytes = readFileSync(join(cwd, "out.txt"));
  const start = bytes.indexOf(10) + 1;
  const screen = terminalScreen(COLUMNS);
  const decoder = new TextDecoder();
  screen.write(`$ ${COMMAND}\r\n`);
  const frames = [{ atMs: 0, lines: screen.lines() }];
  let at = start;
  let atMs = 0;
  for (const line of readFileSync(join(cwd, "times.txt"), "utf8").trim().split("\n")) {
    const [delay, count] = line.split(" ").map(Number);
    atMs += Math.min(delay * 1000, LONGEST_WAIT_MS);
    screen.write(decoder.decode(bytes.subarray(at, at + count), { stream: true }));
    at += count;
    const frame = { atMs, lines: screen.lines() };
    if (atMs - frames.at(-1).atMs >= EVERY_MS || frames.length === 1) frames.push(frame);
    else frames[frames.length - 1] = { ...frame, atMs: frames.at(-1).atMs };
  }
  const svg = terminalSvg(frames, COLUMNS, `${COMMAND} in a terminal`);
  writeFileSync(join(OUTPUT, "quickstart.svg"), svg);
  console.log(`docs/demo/quickstart.svg: ${svg.length} bytes, ${frames.length} moments`);
}

/** The first screen of the run's page, and a case on which the models differ. */
async function photographPage() {
  const { stdout, stderr } = spawnSync(process.execPath, [main, "view", "latest", "--no-open"], {
    cwd,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  const names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = process.env.CHROMIUM ?? names.find((path) => existsSync(path));
  const browser = await chromium.launch({ executablePath });
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, colorScheme: "light" });
  await page.goto(`file://${stdout.trim()}`);
  await page.waitForSelector(".answer");
  await photograph(page, "page.webp");
  await page.getByLabel("Candidate").selectOption("sim-unsafe");
  await page.getByLabel("Show", { exact: true }).selectOption("lost");
  await page.locator("#cases").scrollIntoViewIfNeeded();
  await page.evaluate("document.getElementById('cases').scrollIntoView()");
  await photograph(page, "case.webp");
  await browser.close();
}

async function photograph(page, name) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  const bytes = Buffer.from(data, "base64");
  writeFileSync(join(OUTPUT, name), bytes);
  console.log(`docs/demo/${name}: ${bytes.length} bytes`);
}
