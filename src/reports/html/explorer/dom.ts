/** What may stand in an element: a string becomes a text node, never markup. */
export type Child = Node | string;

/** Attributes; `undefined` and `false` are left out. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/** One element. The names are ours; texts and values may be anybody's. */
export function node<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  made.append(...children);
  return made;
}

/** The element of an id that the page is known to have. */
export function existing(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
