import type { JsonValue } from "../../domain/json.ts";

/** What the code of one assertion needs around it. */
export interface CodeSettings {
  /** Written with `not-`. */
  readonly negated: boolean;
  readonly threshold: number | undefined;
  readonly config: JsonValue;
  /** It reads fields of the output, which promptfoo parses. */
  readonly readsFields: boolean;
}

/** The one module that holds the code of all assertions, each once. */
export interface CodeModule {
  /** The name of the exported function with this body. `needsTypeScript`: it imports a TypeScript file. */
  add(body: string, settings: CodeSettings, needsTypeScript?: boolean): string;
  /** The name of an exported function that is as good as all of these. */
  all(names: readonly string[]): string;
  /** The name of the exported function that does what the case's `expected` names. */
  byCase(): string;
  /** Relative to the suite. */
  readonly path: string;
  readonly file: { readonly path: string; readonly text: string } | undefined;
}

/** A module without code yet. */
export function codeModule(): CodeModule {
  const functions = new Map<string, string>();
  const groups = new Map<string, string>();
  let extension = "mjs";
  let picks = false;
  const module = {
    add(body: string, settings: CodeSettings, needsTypeScript = false) {
      if (needsTypeScript) extension = "ts";
      const text = functionText(body, settings);
      const name = functions.get(text) ?? `check_${functions.size + 1}`;
      functions.set(text, name);
      return name;
    },
    all(names: readonly string[]) {
      const [only] = names;
      if (only !== undefined && names.length === 1) return only;
      const text = `all(${names.join(", ")})`;
      const name = groups.get(text) ?? `all_${groups.size + 1}`;
      groups.set(text, name);
      return name;
    },
    byCase() {
      picks = true;
      return "by_case";
    },
    get path() {
      return `checks.${extension}`;
    },
    get file() {
      if (functions.size === 0) return undefined;
      const made = [...functions, ...groups].map(([text, name]) => `export const ${name} = ${text};\n`);
      const names = [...functions.values(), ...groups.values()];
      const text = HEAD + made.join("\n") + (picks ? picker(names) : "") + tail(groups.size > 0);
      return { path: module.path, text };
    },
  };
  return module;
}

function functionText(body: string, { negated, threshold, config, readsFields }: CodeSettings): string {
  const settings = JSON.stringify({
    ...(negated && { negated }),
    ...(threshold !== undefined && { threshold }),
    ...(Object.keys(config ?? {}).length > 0 && { config }),
    ...(readsFields && { readsFields }),
  });
  const indented = body.trimEnd().replace(/^(?=.)/gm, "  ");
  return `reviewed(${settings}, function (output, context) {\n${indented}\n})`;
}

const HEAD = `// Made from the javascript assertions of a promptfoo configuration. None of it runs until you have
// read it: then set REVIEWED to true.
const REVIEWED = false;

`;

const REVIEWED = `
function reviewed({ negated = false, threshold, config = {}, readsFields = false }, check) {
  return async ({ answer, fields }) => {
    if (!REVIEWED) throw new Error("it is not reviewed: read it, then set REVIEWED to true");
    const output = readsFields ? parsed(answer) : answer;
    return toScore(await check(output, { vars: fields, config }), threshold, negated);
  };
}

// promptfoo hands an output in JSON on as what it stands for.
function parsed(answer) {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}

// A boolean is a pass, a number a score, an object promptfoo's { pass, score, reason }.
function toScore(result, threshold, negated) {
  const { pass, score, reason } = typeof result === "object" && result !== null ? result : { score: result };
  const amount = typeof score === "number" ? score : Number(pass ?? score);
  if (Number.isNaN(amount)) throw new Error("it returned neither a boolean, a number nor { pass, score }");
  const reached = pass === false ? 0 : threshold === undefined ? amount : Number(amount >= threshold);
  const cut = Math.min(1, Math.max(0, reached));
  return { score: negated ? 1 - cut : cut, reason: typeof reason === "string" ? reason : \`the code returned \${amount}\` };
}
`;

const ALL = `
function all(...checks) {
  return async (given) => {
    const results = [];
    for (const check of checks) results.push(await check(given));
    return {
      score: Math.min(...results.map(({ score }) => score)),
      reason: results.map(({ reason }) => reason).join("; "),
    };
  };
}
`;

/** One function for cases that are checked by different ones: the case says which, of these and no other. */
function picker(names: readonly string[]): string {
  return `
const CHECKS = { ${names.join(", ")} };

export const by_case = (given) => {
  if (!Object.hasOwn(CHECKS, given.expected)) throw new Error(\`there is no check "\${given.expected}"\`);
  return CHECKS[given.expected](given);
};
`;
}

function tail(hasGroups: boolean): string {
  return REVIEWED + (hasGroups ? ALL : "");
}
