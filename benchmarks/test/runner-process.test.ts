import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { built, unbuilt } from "./bench.ts";

const driver = new URL("../driver/", import.meta.url);
const program = `
  const { RunnerProcess } = await import("${driver}runner-process.mjs");
  const { RUNNERS } = await import("${driver}runner-list.mjs");
  const runner = new RunnerProcess(RUNNERS["kwta-cpu"], "op");
  await runner.ready();
  console.log(runner.pid);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

/** A process that has ended but has not been collected by its new parent, which can take for ever, is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const state = `/proc/${pid}/stat`;
    return !existsSync(state) || !readFileSync(state, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test.skipIf(!built)(`a runner does not outlive the program that is killed${unbuilt}`, async () => {
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
});
