import { stringify } from "yaml";
import type { ImportedSuite, ImportNote } from "./importer.ts";

const TITLES: { readonly [kind in ImportNote["kind"]]: string } = {
  "left-out": "Not carried over",
  changed: "Carried over, but not the same",
  review: "Yours to read or to decide",
  unneeded: "Not needed in a suite",
};

/** The kinds of note, in the order in which they are told. */
export const NOTE_KINDS: readonly ImportNote["kind"][] = ["left-out", "changed", "review", "unneeded"];

/** The notes of one kind under their title; nothing where there are none. */
export function noteLines(notes: readonly ImportNote[], kind: ImportNote["kind"]): readonly string[] {
  const found = notes.filter((note) => note.kind === kind);
  if (found.length === 0) return [];
  return [`${TITLES[kind]}:`, ...found.map(({ where, what }) => `- ${where}: ${what}`)];
}

/** The suite as a file: where it is from, what it lacks, and then the suite. */
export function suiteText({ suite, notes, remarks, detected }: ImportedSuite, from: string): string {
  const told = NOTE_KINDS.flatMap((kind) => noteLines(notes, kind));
  const head = [`Imported from ${from} (${detected}).`, ...told].map(comment);
  const body = stringify(suite, { lineWidth: 110, aliasDuplicateObjects: false });
  return `${head.join("")}${body}${remarks.map(comment).join("")}`;
}

/** A comment; what breaks a line in YAML breaks none here. */
function comment(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks and control characters are what must go
  return `# ${line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")}`.trimEnd().concat("\n");
}
