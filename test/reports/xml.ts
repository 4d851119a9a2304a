/** An element of a parsed document. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
}

// Char of https://www.w3.org/TR/xml/#charsets
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const TOKEN = /<\?xml [^?]*\?>|<\/([\w:-]+)>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/gy;
const ENTITIES = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
]);

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** Reads the XML that our reports write, and throws where it is not well-formed XML 1.0. */
export function parseXml(document: string): Element {
  const forbidden = FORBIDDEN.exec(document);
  if (forbidden !== null) throw new Error(`forbidden code point at ${forbidden.index}`);
  const root: Open = { name: "", attributes: new Map(), children: [], text: "" };
  const stack = [root];
  let end = 0;
  for (const match of document.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const [whole, closed, opened, attributes = "", selfClosed] = match;
    const top = stack.at(-1) ?? root;
    if (closed !== undefined) {
      if (stack.length === 1 || top.name !== closed) throw new Error(`</${closed}> closes <${top.name}>`);
      stack.pop();
    } else if (opened !== undefined) {
      const element: Open = { name: opened, attributes: attributesOf(attributes), children: [], text: "" };
      top.children.push(element);
      if (selfClosed === "") stack.push(element);
    } else if (!whole.startsWith("<?xml ")) top.text += decoded(whole);
  }
  if (end !== document.length) throw new Error(`not XML at ${end}: ${document.slice(end, end + 40)}`);
  const [only, ...rest] = root.children;
  if (only === undefined || rest.length > 0 || stack.length > 1 || root.text.trim() !== "")
    throw new Error("not one root element");
  return only;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (found.has(name)) throw new Error(`attribute ${name} twice`);
    found.set(name, decoded(value));
  }
  return found;
}

function decoded(text: string): string {
  return text.replace(/&([^;&]*;?)/g, (whole, name: string) => {
    const character = ENTITIES.get(name.slice(0, -1));
    if (!name.endsWith(";") || character === undefined) throw new Error(`bare ${whole}`);
    return character;
  });
}
