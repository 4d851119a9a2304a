import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import type { SqlLoad, SqlQuery, SqlResult, SqlTable, SqlValue } from "../domain/sandbox.ts";
import type { Word } from "./seat.ts";

// A thread that runs one query at a time, each on an instance of SQLite of its own.

/** What is used of sql.js, which brings no types. */
interface Statement {
  getColumnNames(): string[];
  step(): boolean;
  get(): (number | string | Uint8Array | null)[];
  run(values: readonly (number | string | null)[]): void;
  free(): void;
}
interface Database {
  run(sql: string): void;
  prepare(sql: string): Statement;
  iterateStatements(sql: string): Iterable<Statement>;
}
type OpenModule = (options: {
  instantiateWasm(imports: object, done: (instance: object) => void): object;
}) => Promise<{ readonly Database: new () => Database }>;

const BYTES_PER_MB = 2 ** 20;
const require = createRequire(import.meta.url);
const program = require.resolve("sql.js");
const wasm = await WebAssembly.compile(await readFile(require.resolve("sql.js/dist/sql-wasm.wasm")));

const say = (word: Word<SqlResult>) => parentPort?.postMessage(word);

/** A new instance each time: what an answer attaches or creates is gone with it. */
async function openDatabase(memoryMb: number): Promise<Database> {
  delete require.cache[program];
  const open: OpenModule = require(program);
  const { Database } = await open({
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(wasm, imports).then(done);
      return {};
    },
  });
  const database = new Database();
  // It can be lowered from inside, and never raised.
  database.run(`PRAGMA hard_heap_limit=${memoryMb * BYTES_PER_MB}`);
  return database;
}

function load(database: Database, { schema, rows }: SqlLoad): void {
  database.run(schema);
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
  for (const [table, records] of Object.entries(rows)) {
    for (const record of records) {
      const columns = Object.keys(record);
      const marks = columns.map(() => "?").join(", ");
      const insert = database.prepare(
        `INSERT INTO ${name(table)} (${columns.map(name).join(", ")}) VALUES (${marks})`,
      );
      insert.run(Object.values(record).map((value) => (typeof value === "boolean" ? Number(value) : value)));
      insert.free();
    }
  }
}

/** Every statement of a text; the table is that of the last one that has columns. Throws where one fails. */
function tableOf(database: Database, text: string, mostCharacters: number): SqlTable {
  let table: SqlTable = { columns: [], rows: [] };
  let left = mostCharacters;
  for (const statement of database.iterateStatements(text)) {
    const columns = statement.getColumnNames();
    const rows: SqlValue[][] = [];
    while (statement.step()) {
      const row = statement.get().map(toValue);
      left -= JSON.stringify(row).length;
      if (left < 0) throw new Error(`its result has more than ${mostCharacters} characters`);
      rows.push(row);
    }
    if (columns.length > 0) table = { columns, rows };
  }
  return table;
}

function toValue(value: number | string | Uint8Array | null): SqlValue {
  return value instanceof Uint8Array ? { blob: Buffer.from(value).toString("hex") } : value;
}

async function resultOf({ load: given, query, inspect, limits }: SqlQuery): Promise<SqlResult> {
  const database = await openDatabase(limits.memoryMb);
  try {
    load(database, given);
  } catch (error) {
    return { kind: "bad-schema", reason: messageOf(error) };
  }
  say({ kind: "started" });
  try {
    const table = tableOf(database, query, limits.outputCharacters);
    if (inspect === undefined) return { kind: "table", table };
    return { kind: "table", table: tableOf(database, inspect, limits.outputCharacters) };
  } catch (error) {
    return { kind: "refused", reason: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

parentPort?.on("message", (query: SqlQuery) => {
  resultOf(query).then(
    (result) => say({ kind: "ended", result }),
    (error: unknown) => say({ kind: "ended", result: { kind: "failed", reason: messageOf(error) } }),
  );
});
