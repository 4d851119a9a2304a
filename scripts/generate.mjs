// Writes the files that derive from the shelves: the JSON Schema of a suite, the pages of
// the suite file, the backends, the scorers, the workflows and the errors, and the prices.
import { mkdirSync, writeFileSync } from "node:fs";
import { bundle } from "./bundle.mjs";

const FOLDER = ".build/reference";
const MODULES = [
  "backends/reference",
  "cli/reference",
  "cli/shelves",
  "scorers/reference",
  "suite/reference",
  "suite/schema",
  "workflows/reference",
];
await bundle(Object.fromEntries(MODULES.map((name) => [name, `src/${name}.ts`])), FOLDER);
const {
  backendsReference,
  errorsReference,
  shelves,
  scorersReference,
  suiteReference,
  suiteJsonSchema,
  workflowsReference,
} = Object.assign({}, ...(await Promise.all(MODULES.map((name) => import(`../${FOLDER}/${name}.js`)))));

mkdirSync("schema", { recursive: true });
const schema = suiteJsonSchema(shelves);
writeFileSync("schema/suite.schema.json", `${JSON.stringify(schema, null, 2)}\n`);
writeFileSync("docs/backends.md", backendsReference());
writeFileSync("docs/errors.md", errorsReference());
writeFileSync("docs/suite.md", suiteReference());
writeFileSync("docs/scorers.md", scorersReference());
writeFileSync("docs/workflows.md", workflowsReference());
await import("./generate-prices.mjs");
