import { htmlPage } from "./html/page.ts";
import type { Report } from "./report.ts";

/** One page for people: verdicts in words and colour, charts, tables. It loads nothing and runs nothing. */
export const html: Report = {
  name: "html",
  summary: "One self-contained page with charts.",
  extension: "html",
  render(input) {
    const { before, after } = htmlPage(input, undefined);
    return before + after;
  },
};
