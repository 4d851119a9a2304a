import { spawn } from "node:child_process";

/** How long an opener may take to say that it cannot. */
const PATIENCE_MS = 1000;

/** Opens a file as the desktop would; false where there is no opener or it says that it failed. */
export function openWithPlatform(file: string, variables: NodeJS.ProcessEnv): Promise<boolean> {
  const child = spawn(openerOf(process.platform), [file], {
    stdio: "ignore",
    detached: true,
    env: variables,
  });
  return new Promise((settle) => {
    const timer = setTimeout(() => settle(true), PATIENCE_MS);
    child.on("error", () => {
      clearTimeout(timer);
      settle(false);
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      // Windows' explorer exits with 1 when all is well.
      settle(code === 0 || process.platform === "win32");
    });
    child.unref();
  });
}

function openerOf(platform: NodeJS.Platform): string {
  if (platform === "darwin") return "open";
  return platform === "win32" ? "explorer.exe" : "xdg-open";
}
