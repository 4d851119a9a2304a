import { z } from "zod";
import type { BackendItem } from "./backend.ts";
import { backends } from "./registry.ts";

/** The reference of all backends, as Markdown: what each one reaches, what it can be told, and its own options. */
export function backendsReference(): string {
  const intro =
    "A model of a suite names its `backend`, its `model` id, parameters, settings, and the backend's own options. " +
    "A parameter that a backend cannot honour is refused before the run, never dropped.";
  return `# Backends\n\n${[intro, ...[...backends.values()].map(section)].join("\n\n")}\n`;
}

function section({ name, summary, capabilities, options }: BackendItem): string {
  const { parameters, keyVariable, sharing, local, narrowed = [] } = capabilities;
  const facts = [
    `Parameters: ${parameters.length === 0 ? "none" : parameters.map(snakeCase).join(", ")}.`,
    ...narrowed.map(
      ({ option, value, parameters, options }) =>
        `With \`${option}: ${value}\` there is no ${[...parameters, ...options].map(snakeCase).join(", no ")}.`,
    ),
    ...(keyVariable === undefined ? [] : [`Its key stands in \`${keyVariable}\`.`]),
    ...(sharing === "parallel" ? [] : ["Models of one host are asked one after the other."]),
    ...(local ? ["It costs 0 unless the suite says a price."] : []),
  ];
  return [`## \`${name}\``, `Reaches ${summary}.`, facts.join(" "), optionTable(options)].join("\n\n");
}

function snakeCase(name: string): string {
  return `\`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}\``;
}

const property = z.object({
  description: z.string().default(""),
  default: z.json().optional(),
  enum: z.array(z.string()).optional(),
});
const objectSchema = z.object({
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), property),
});

function optionTable(options: z.ZodObject): string {
  const { required, properties } = objectSchema.parse(z.toJSONSchema(options, { io: "input" }));
  const rows = Object.entries(properties).map(([name, { description, default: preset, enum: values }]) => {
    const choices =
      values === undefined ? "" : ` One of ${values.map((value) => `\`${value}\``).join(", ")}.`;
    const fallback =
      preset !== undefined ? `\`${JSON.stringify(preset)}\`` : required.includes(name) ? "required" : "";
    return `| \`${name}\` | ${`${description}.${choices}`.replaceAll("|", "\\|")} | ${fallback} |`;
  });
  return ["| option | meaning | default |", "|---|---|---|", ...rows].join("\n");
}
