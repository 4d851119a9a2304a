import { z } from "zod";
import type { SqlResult } from "../domain/sandbox.ts";
import type { Score } from "../domain/score.ts";
import { codeBlock } from "./code-block.ts";
import { misformatted, quoted, scored, unscored } from "./judgement.ts";
import { resultDifference } from "./result-set.ts";
import { limitsOf, limitsShape } from "./sandbox-limits.ts";
import { type CallPorts, defineScorer } from "./scorer.ts";

const statement = z.string().regex(/\S/, "must not be blank");

const options = z.strictObject({
  expected: statement.describe("A right query: its result is what the answer's query must give."),
  schema: statement.describe("Statements that make the database, in SQLite's SQL."),
  rows: z
    .record(
      z.string(),
      z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    )
    .default({})
    .describe("Rows that are put into its tables: `{ table: [{ column: value }] }`."),
  inspect: statement
    .optional()
    .describe("A query that is asked after each of the two, and whose results are compared instead."),
  order: z
    .enum(["as-expected", "always", "never"])
    .default("as-expected")
    .describe(
      "Whether rows must stand in the same order; `as-expected`: where the expected query orders its result.",
    ),
  column_names: z.boolean().default(false).describe("The columns must have the same names, case aside."),
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(1e-9)
    .describe(
      "How far numbers may be apart, as a share of the larger one (of 1, if both are smaller); whole numbers are exact.",
    ),
  loose_types: z.boolean().default(false).describe("A number that is written as a text is as good as one."),
  code_block: z
    .enum(["required", "optional"])
    .default("optional")
    .describe("`required`: SQL that does not stand in a Markdown code block is a format fault."),
  ...limitsShape,
});

type Options = z.output<typeof options>;

const TAGS = ["sql", "sqlite", "sqlite3"];
const SCHEMA = "CREATE TABLE t (name TEXT, n INT); INSERT INTO t VALUES ('a', 1), ('b', 2);";

/** Whether a query of the model's gives the right rows. */
export const sql = defineScorer({
  name: "sql",
  summary:
    "1 when the answer's SQL gives the same rows as the expected query, both run on a new SQLite database in a sandbox (docs/sandbox.md).",
  options,
  defaults: { expected: "{{ expected }}" },
  boundsItself: true,
  engines: () => ["sql"],
  examples: [
    {
      options: { schema: SCHEMA },
      fields: { expected: "SELECT name FROM t WHERE n > 0" },
      answer: "```sql\nSELECT name FROM t ORDER BY n DESC\n```",
      score: 1,
    },
    {
      options: { schema: SCHEMA },
      fields: { expected: "SELECT name FROM t ORDER BY n" },
      answer: "SELECT name FROM t ORDER BY n DESC",
      score: 0,
      fault: "wrong",
    },
    {
      options: { schema: SCHEMA, code_block: "required" },
      fields: { expected: "SELECT sum(n) FROM t" },
      answer: "SELECT 3.0",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    {
      options: { schema: SCHEMA, inspect: "SELECT * FROM t" },
      fields: { expected: "DELETE FROM t WHERE name = 'b'" },
      answer: "DELETE FROM t WHERE n = 2;",
      score: 1,
    },
  ],
  async score({ answer, options }, ports) {
    const block = codeBlock(answer, TAGS, undefined);
    const score = await judge(block ?? answer, options, ports);
    if (block !== undefined || options.code_block === "optional" || score.kind === "unscored") return score;
    return misformatted(score.score, `there is no SQL code block; as SQL: ${score.reason}`);
  },
});

async function judge(query: string, options: Options, { sandbox, signal }: CallPorts): Promise<Score> {
  const { expected, schema, rows, inspect } = options;
  const shared = { load: { schema, rows }, inspect, limits: limitsOf(options) };
  const wanted = await sandbox.query({ ...shared, query: expected }, signal());
  if (wanted.kind !== "table") return unscored(codeOf(wanted), `${PLACES[wanted.kind]}: ${wanted.reason}`);
  const found = await sandbox.query({ ...shared, query }, signal());
  if (found.kind === "refused") return scored(0, `the query fails: ${quoted(found.reason, 200)}`);
  if (found.kind !== "table") return unscored(codeOf(found), `${PLACES[found.kind]}: ${found.reason}`);
  const difference = resultDifference(found.table, wanted.table, {
    ordered: isOrdered(options),
    columnNames: options.column_names,
    tolerance: options.tolerance,
    looseTypes: options.loose_types,
  });
  return difference === undefined
    ? scored(1, `the same result, ${wanted.table.rows.length} rows`)
    : scored(0, `another result: ${difference}`);
}

type Unjudged = Exclude<SqlResult["kind"], "table">;

const PLACES: { readonly [kind in Unjudged]: string } = {
  refused: "the expected query fails",
  "bad-schema": "the database cannot be made",
  failed: "the sandbox failed",
};

function codeOf({ kind }: { readonly kind: Unjudged }): string {
  return kind === "failed" ? "sandbox-failed" : "bad-options";
}

function isOrdered({ order, expected, inspect }: Options): boolean {
  if (order !== "as-expected") return order === "always";
  return hasOuterOrder(inspect ?? expected);
}

/** Whether a query orders its own result: `ORDER BY` outside of texts, comments and brackets. */
export function hasOuterOrder(query: string): boolean {
  let bare = query.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*.*?\*\//gs, " ");
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\([^()]*\)/g, " ");
  }
  return /\border\s+by\b/i.test(bare);
}
