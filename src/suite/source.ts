import type { Fault, Place } from "../domain/fault.ts";
import type { JsonValue } from "../domain/json.ts";
import { redact } from "./redact.ts";

/** A path into the suite: keys and indices. */
export type Path = readonly (string | number)[];

/** What a fault says beside its place. */
export interface Words {
  readonly label?: string | undefined;
  readonly hint?: string | undefined;
}

/** UTF-16 offsets into the text, end exclusive. */
export type Range = readonly [start: number, end: number];

interface Located {
  readonly key: Range | undefined;
  readonly value: Range;
  /** Offset of each UTF-16 unit of a plain one-line or block scalar's source, for places inside a text. */
  readonly scalar: boolean;
}

/** A suite file as data, with the place of every key and value, collecting faults. */
export class Source {
  readonly file: string;
  readonly text: string;
  readonly faults: Fault[] = [];
  data: JsonValue = null;
  /** Parts in which a name stands twice: which names were meant, nobody can tell. */
  readonly repeating = new Set<string>();
  private readonly spoilt = new Map<string, Path>();
  private readonly starts: readonly number[];
  private readonly places = new Map<string, Located>();

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
  }

  /** Remembers where a path stands. */
  locate(path: Path, key: Range | undefined, value: Range, scalar: boolean): void {
    this.places.set(JSON.stringify(path), { key, value, scalar });
  }

  /** Where the value of a path stands; for a missing one, the key that should hold it. */
  valuePlace(path: Path): Place {
    const found = this.places.get(JSON.stringify(path));
    if (found === undefined) return this.keyPlace(path.slice(0, -1));
    return this.place(this.firstLine(found.value));
  }

  /** Where the key of a path stands; for a list item or the root, its value. */
  keyPlace(path: Path): Place {
    const found = this.places.get(JSON.stringify(path));
    if (found !== undefined) return this.place(this.firstLine(found.key ?? found.value));
    return path.length === 0 ? this.place([0, 0]) : this.keyPlace(path.slice(0, -1));
  }

  /** Where `part`, written as in the file, stands inside the text value of a path; the value, if it is not found. */
  partPlace(path: Path, part: string, from = 0): { readonly place: Place; readonly end: number } {
    const found = this.places.get(JSON.stringify(path));
    const start = found === undefined ? -1 : this.text.indexOf(part, Math.max(from, found.value[0]));
    if (found === undefined || start < 0 || start >= found.value[1]) {
      return { place: this.valuePlace(path), end: from };
    }
    return { place: this.place([start, start + part.length]), end: start + part.length };
  }

  /** Line and column of a range of the text. */
  place([start, end]: Range): Place {
    const [line, column] = this.position(start);
    const [endLine, endColumn] = this.position(Math.max(start, end));
    return { file: this.file, line, column, endLine, endColumn };
  }

  /** The line of a place, with secrets starred out. */
  lineAt(place: Place): string {
    const start = this.starts[place.line - 1] ?? 0;
    const next = this.starts[place.line] ?? this.text.length;
    return redact(this.text.slice(start, next).replace(/[\r\n]+$/, ""));
  }

  /** Adds a fault at a place. */
  fault(code: string, message: string, place: Place, words: Words = {}): void {
    const { label, hint } = words;
    this.faults.push({ code, message, place, source: this.lineAt(place), label, hint });
  }

  /** Whether something is wrong at a place already. */
  hasFault({ line, column }: Place): boolean {
    return this.faults.some(({ place }) => place?.line === line && place.column === column);
  }

  /** Notes that a part cannot be read, which was said: nothing more is said of it, nor of what needs it. */
  spoil(path: Path): void {
    this.spoilt.set(JSON.stringify(path), path);
  }

  /** Everything that is spoilt. */
  get spoiltPaths(): readonly Path[] {
    return [...this.spoilt.values()];
  }

  /** Whether a part, or what it stands in, is spoilt. */
  isSpoilt(path: Path): boolean {
    return path.some((_, at) => this.spoilt.has(JSON.stringify(path.slice(0, at + 1))));
  }

  /** Whether a part, what it stands in or anything in it is spoilt. */
  isTouched(path: Path): boolean {
    const isIn = (inner: Path) => path.every((step, at) => step === inner[at]);
    return this.isSpoilt(path) || this.spoiltPaths.some(isIn);
  }

  private firstLine([start, end]: Range): Range {
    const text = this.text.slice(start, end);
    const lineEnd = text.search(/[\r\n]/);
    return [start, lineEnd < 0 ? end : start + lineEnd];
  }

  private position(offset: number): readonly [line: number, column: number] {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - (this.starts[low] ?? 0) + 1];
  }
}
