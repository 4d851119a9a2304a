// Writes the files that derive from the shelves: the JSON Schema of a suite, the pages of
// the suite file, the backends, the scorers and the workflows, and the prices.
import { mkdirSync, writeFileSync } from "node:fs";
import { backendsReference } from "../dist/backends/reference.js";
import { shelves } from "../dist/cli/shelves.js";
import { scorersReference } from "../dist/scorers/reference.js";
import { suiteReference } from "../dist/suite/reference.js";
import { suiteJsonSchema } from "../dist/suite/schema.js";
import { workflowsReference } from "../dist/workflows/reference.js";

mkdirSync("schema", { recursive: true });
const schema = suiteJsonSchema(shelves);
writeFileSync("schema/suite.schema.json", `${JSON.stringify(schema, null, 2)}\n`);
writeFileSync("docs/backends.md", backendsReference());
writeFileSync("docs/suite.md", suiteReference());
writeFileSync("docs/scorers.md", scorersReference());
writeFileSync("docs/workflows.md", workflowsReference());
await import("./generate-prices.mjs");
