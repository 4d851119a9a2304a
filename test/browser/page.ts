import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const root = join(import.meta.dirname, "../..");
const NAMES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const BROWSER = process.env["CHROMIUM"] ?? NAMES.find((path) => existsSync(path));

/** Where there is no browser the tests are left out; CI installs one, and fails without. */
export const isWithoutBrowser = BROWSER === undefined && process.env["CI"] === undefined;

/** Starts the machine's own Chromium. */
export function startBrowser(): Promise<Browser> {
  if (BROWSER === undefined) throw new Error("there is no Chromium; CHROMIUM=/path names one");
  return chromium.launch({ executablePath: BROWSER });
}

/** Runs a suite and writes the page of its run; gives the page's path. */
export function pageOf(suite: string, files: { readonly [name: string]: string } = {}): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-browser-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const evals = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "dist/cli/main.js"), ...args],
      {
        cwd,
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  evals("run", suite, "--no-cache");
  return evals("view", "latest", "--no-open").trim();
}

/** A page that is open, with everything that it asked for or complained about. */
export interface Watched {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

/** Opens a file and notes what the page asks for, says and throws. */
export async function openPage(
  browser: Browser,
  file: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<Watched> {
  const page = await browser.newPage(options);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`file://${file}`);
  await page.waitForSelector(".answer");
  return { page, requests, complaints };
}
