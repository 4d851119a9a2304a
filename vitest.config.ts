import { defineConfig } from "vitest/config";

// Many tests start the program itself; on a busy machine of two cores that takes its time.
const TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // However the tests are started: programs that they start name themselves as npm's users know them.
    env: { npm_lifecycle_event: "npx" },
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    pool: "forks",
    // Most tests wait for processes and servers of their own.
    maxWorkers: "100%",
  },
});
