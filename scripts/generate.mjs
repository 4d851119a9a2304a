// Writes the files that derive from the shelves: the JSON Schema of a suite and the reference pages.
import { mkdirSync, writeFileSync } from "node:fs";
import { backends } from "../dist/backends/registry.js";
import { scorersReference } from "../dist/scorers/reference.js";
import { scorers } from "../dist/scorers/registry.js";
import { suiteReference } from "../dist/suite/reference.js";
import { suiteJsonSchema } from "../dist/suite/schema.js";

const shelves = { backends, scorers };
mkdirSync("schema", { recursive: true });
writeFileSync("schema/suite.schema.json", `${JSON.stringify(suiteJsonSchema(shelves), null, 2)}\n`);
writeFileSync("docs/suite.md", suiteReference(shelves));
writeFileSync("docs/scorers.md", scorersReference());
