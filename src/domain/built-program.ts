/**
 * Where a program of the package's own stands that runs in a thread or a process of its own, such as
 * `sandbox/python-process`: below `dist/`, from a chunk of it as from the sources, which take the built one.
 */
export function builtProgram(name: string): URL {
  const folder = import.meta.url.endsWith(".ts") ? "../../dist/" : "../";
  return new URL(`${folder}${name}.js`, import.meta.url);
}
