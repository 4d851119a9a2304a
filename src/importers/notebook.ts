import type { ImportNote } from "./importer.ts";

/** Collects what must be told, each thing once. */
export interface Notebook {
  leftOut(where: string, what: string): void;
  changed(where: string, what: string): void;
  review(where: string, what: string): void;
  unneeded(where: string, what: string): void;
  readonly notes: readonly ImportNote[];
}

/** A notebook, of what is known already. The same words about many places become one note. */
export function notebook(known: readonly ImportNote[] = []): Notebook {
  const entries = new Map<string, { kind: ImportNote["kind"]; what: string; places: string[] }>();
  const add = (kind: ImportNote["kind"]) => (where: string, what: string) => {
    const key = `${kind} ${what}`;
    const entry = entries.get(key) ?? { kind, what, places: [] };
    entries.set(key, entry);
    if (!entry.places.includes(where)) entry.places.push(where);
  };
  for (const { kind, where, what } of known) add(kind)(where, what);
  return {
    leftOut: add("left-out"),
    changed: add("changed"),
    review: add("review"),
    unneeded: add("unneeded"),
    get notes() {
      return [...entries.values()].map(({ kind, what, places }) => ({
        kind,
        where: placesText(places),
        what,
      }));
    },
  };
}

const MOST_PLACES = 3;

function placesText(places: readonly string[]): string {
  const more = places.length - MOST_PLACES;
  return places.slice(0, MOST_PLACES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
