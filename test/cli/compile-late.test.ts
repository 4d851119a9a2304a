import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { flagFor } from "../../src/cli/compile-late.ts";

test("the Node that runs this knows the flag that it is given", () => {
  const flag = flagFor(process.versions.node);
  const { stderr, status } = spawnSync(
    process.execPath,
    ["-e", `require("node:v8").setFlagsFromString(${JSON.stringify(flag ?? "--opt")})`],
    { encoding: "utf8" },
  );
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
});

test.each([
  ["20.19.0", "--interrupt-budget=1000000"],
  ["22.23.3", "--invocation-count-for-turbofan=50000"],
  ["24.21.0", "--invocation-count-for-turbofan=50000"],
  ["26.0.0", undefined],
])("Node %s gets a flag only where that is known: %s", (node, flag) => {
  expect(flagFor(node)).toBe(flag);
});
