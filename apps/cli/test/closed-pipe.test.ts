import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { built } from "./kwta.ts";

const bin = fileURLToPath(new URL("../bin/kwta.mjs", import.meta.url));
const unbuilt = built ? "" : " (skipped: run `npm run build` first)";
const COMMANDS = ["--help", "models list", "models list --json", "datasets list"];

test.skipIf(!built).each(COMMANDS)(
  `kwta %s ends quietly when nobody reads its output any more${unbuilt}`,
  async (line) => {
    const child = spawn(process.execPath, [bin, ...line.split(" ")], { stdio: ["ignore", "pipe", "pipe"] });
    // Before the first line is written.
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([141, ""]);
  },
);
