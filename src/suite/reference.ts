import { z } from "zod";
import { SUITE_PARTS, type SuitePart } from "./schema.ts";

const INTRO = [
  "A suite is one YAML (or JSON) file: models, tasks and a gate. Paths in it are relative to it. An unknown key, a",
  "field that no case has, a parameter that a backend cannot honour: every fault is told at once, with its line,",
  "before any call is made. `evals validate` checks a suite without a run.",
  "",
  "Editors complete and check a suite whose first line names the schema:",
  "",
  "```yaml",
  "# yaml-language-server: $schema=../node_modules/evals/schema/suite.schema.json",
  "```",
].join("\n");

/** The reference of the suite file, as Markdown: every key of every part. */
export function suiteReference(): string {
  return `# The suite file\n\n${[INTRO, ...SUITE_PARTS.map(section), TEMPLATES].join("\n\n")}\n`;
}

function section({ title, text, keys }: SuitePart): string {
  return [`## ${title}`, text, keyTable(keys)].join("\n\n");
}

const property = z.object({ description: z.string().default(""), enum: z.array(z.string()).optional() });
const objectSchema = z.object({
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), property),
});

function keyTable(keys: z.ZodObject): string {
  const json = z.toJSONSchema(keys, { io: "input", unrepresentable: "any" });
  const { required, properties } = objectSchema.parse(json);
  const rows = Object.entries(properties).map(([key, { description, enum: values }]) => {
    const choices =
      values === undefined ? "" : ` One of ${values.map((value) => `\`${value}\``).join(", ")}.`;
    const meaning = `${description}.${choices}`.replaceAll("|", "\\|");
    return `| \`${key}\` | ${required.includes(key) ? "yes" : ""} | ${meaning} |`;
  });
  return ["| key | required | meaning |", "|---|---|---|", ...rows].join("\n");
}

const TEMPLATES = [
  "## Templates",
  "",
  "`{{ field }}` in a prompt or an option is replaced by that field of the case; `{{ answer.city }}` and",
  "`{{ tags.0 }}` reach into a record or a list. A text that is one template and nothing else keeps the field's",
  "type. It is one pass: what is put in is data, never rendered again, never code.",
].join("\n");
