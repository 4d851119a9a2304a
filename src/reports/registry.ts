import { annotations } from "./annotations.ts";
import { badge } from "./badge.ts";
import { csv } from "./csv.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { terminal } from "./terminal.ts";

/** Every report, by name. */
export const reports: readonly Report[] = [terminal, html, markdown, junit, annotations, badge, json, csv];
