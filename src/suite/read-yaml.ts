import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from "yaml";
import type { JsonValue } from "../domain/json.ts";
import { nearest } from "../domain/nearest.ts";
import { CODES } from "./codes.ts";
import type { Path, Range, Source } from "./source.ts";
import { yamlWords } from "./yaml-words.ts";

const MAX_DEPTH = 100;
const MAX_NODES = 200_000;

/**
 * Reads YAML 1.2 (core schema; JSON is part of it) into `source.data`; every fault goes to `source`. Gives whether there
 * is anything to go on with.
 */
export function readYaml(source: Source): boolean {
  const document = compose(source);
  if (document === undefined) return false;
  // After the first mistake the reader only guesses: what it says then is mostly a consequence.
  for (const problem of document.errors.length > 0 ? document.errors.slice(0, 1) : document.warnings) {
    if (isOverflow(problem)) {
      source.fault(CODES.tooDeep, `nested more than ${MAX_DEPTH} deep`, source.place(problem.pos));
      return false;
    }
    const { message, hint } = yamlWords(problem, source.text);
    const place = source.place(mistakeAt(source, problem, document.contents));
    source.fault(CODES.syntax, `this is not valid YAML: ${message}`, place, { hint });
  }
  if (source.faults.length > 0) return false;
  if (document.contents === null) {
    source.fault(CODES.shape, "the suite is empty", source.place([0, 0]), {
      hint: 'It needs "name", "models" and "tasks". "evals init" writes one to start from.',
    });
    return false;
  }
  const walker: Walker = { source, anchors: new Map(), open: new Set(), nodes: 0, stopped: false };
  const data = convert(walker, document.contents, [], undefined);
  if (!walker.stopped) source.data = data;
  return source.data !== null;
}

function compose(source: Source) {
  try {
    return parseDocument(source.text, {
      schema: "core",
      version: "1.2",
      strict: true,
      uniqueKeys: false,
      prettyErrors: false,
      merge: false,
      logLevel: "silent",
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    source.fault(CODES.tooDeep, `nested more than ${MAX_DEPTH} deep`, source.place([0, 0]));
    return undefined;
  }
}

/** Where an author would look: at the first word of a line, or at the quote that is not closed. */
function mistakeAt(source: Source, { code, pos }: YAMLError, contents: unknown): Range {
  const [start, end] = pos;
  if (code === "BAD_INDENT") {
    const blanks = /^[ \t]*/.exec(source.text.slice(start))?.[0].length ?? 0;
    return [start + blanks, Math.max(end, start + blanks + 1)];
  }
  if (code !== "MISSING_CHAR" || !isCollection(contents)) return [start, end];
  let quote: Range | undefined;
  visit(contents, {
    Scalar: (_, node) => {
      if (node.type?.startsWith("QUOTE") && node.range) quote = [node.range[0], node.range[0] + 1];
    },
  });
  return quote ?? [start, end];
}

/** The reader hands a stack overflow on as one of its errors. */
function isOverflow({ message }: Error): boolean {
  return message.includes("call stack");
}

interface Walker {
  readonly source: Source;
  readonly anchors: Map<string, Node>;
  /** Collections being converted: an alias to one of them is a cycle. */
  readonly open: Set<Node>;
  nodes: number;
  stopped: boolean;
}

function convert(walker: Walker, node: unknown, path: Path, key: Range | undefined): JsonValue {
  const { source } = walker;
  const target = resolve(walker, node, path);
  if (target === undefined || walker.stopped) return null;
  const range = rangeOf(target) ?? key ?? [0, 0];
  source.locate(path, key, range, isScalar(target));
  walker.nodes += 1;
  if (walker.nodes > MAX_NODES || path.length > MAX_DEPTH) {
    const deep = path.length > MAX_DEPTH;
    const message = deep
      ? `nested more than ${MAX_DEPTH} deep`
      : `more than ${MAX_NODES} values (aliases count)`;
    source.fault(CODES.tooDeep, message, source.place(key ?? range));
    walker.stopped = true;
    return null;
  }
  if (isScalar(target)) return scalarValue(source, target, path);
  walker.open.add(target);
  const value = isMap(target)
    ? convertMap(walker, target.items, path)
    : isSeq(target)
      ? target.items.map((item, index) => convert(walker, item, [...path, index], undefined))
      : null;
  walker.open.delete(target);
  return value;
}

function resolve(walker: Walker, node: unknown, path: Path): Node | undefined {
  if (isAlias(node)) {
    const target = walker.anchors.get(node.source);
    const place = walker.source.place(rangeOf(node) ?? [0, 0]);
    if (target === undefined) {
      walker.source.spoil(path);
      walker.source.fault(CODES.alias, `no anchor "${node.source}" before this alias`, place);
      return undefined;
    }
    if (!walker.open.has(target)) return target;
    walker.source.spoil(path);
    walker.source.fault(CODES.alias, `the alias "${node.source}" stands inside its own anchor`, place);
    return undefined;
  }
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined;
  if (node.anchor !== undefined) walker.anchors.set(node.anchor, node);
  return node;
}

function convertMap(walker: Walker, items: readonly Pair[], path: Path): JsonValue {
  const { source } = walker;
  const entries = new Map<string, JsonValue>();
  for (const pair of items) {
    const keyNode = pair.key;
    const keyRange = rangeOf(keyNode) ?? [0, 0];
    if (!isScalar(keyNode)) {
      if (isMap(keyNode) && pair.value === null)
        source.fault(CODES.key, "a template without quotes is no text", source.valuePlace(path), {
          hint: 'YAML reads braces as a map. Put it in quotes: "{{ field }}".',
        });
      else source.fault(CODES.key, "a key must be a plain text", source.place(keyRange));
      source.spoil(path);
      continue;
    }
    const name =
      typeof keyNode.value === "string" ? keyNode.value : (keyNode.source ?? String(keyNode.value));
    if (name === "<<" || name === "__proto__") {
      source.fault(CODES.key, `the key "${name}" is not allowed`, source.place(keyRange), {
        hint: name === "<<" ? "Merge keys are not part of YAML 1.2: write the keys out." : undefined,
      });
      source.spoil(path);
      continue;
    }
    if (entries.has(name)) {
      const first = source.keyPlace([...path, name]).line;
      source.fault(CODES.duplicateKey, `duplicate key "${name}"`, source.place(keyRange), {
        label: `first used on line ${first}`,
      });
      // Which of the two is meant, nobody can tell.
      source.spoil([...path, name]);
      source.repeating.add(path.join("."));
      continue;
    }
    source.locate([...path, name], keyRange, keyRange, false);
    entries.set(name, convert(walker, pair.value, [...path, name], keyRange));
  }
  return Object.fromEntries(entries);
}

function scalarValue(source: Source, node: Scalar, path: Path): JsonValue {
  const { value } = node;
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  source.fault(
    CODES.value,
    `${node.source ?? "this"} is not a value that JSON can hold`,
    source.valuePlace(path),
  );
  source.spoil(path);
  return null;
}

function rangeOf(node: unknown): Range | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return undefined;
  return node.range ? [node.range[0], node.range[1]] : undefined;
}

/** `did you mean "x"?`, or nothing. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  const meant = nearest(word, words);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}
