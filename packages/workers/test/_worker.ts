import { AbortedError, InputError } from "@kwta/core";
import { existsSync, writeFileSync } from "node:fs";
import { parentPort, serveCalls } from "../src/index.node.ts";
import type { TestCalls } from "./calls.ts";

serveCalls<TestCalls>(parentPort(), {
  pid: async () => process.pid,
  add: async (numbers) => numbers.reduce((sum, each) => sum + each, 0),
  async refuse(kind) {
    throw kind === "input" ? new InputError("No such model.") : new TypeError("x is undefined");
  },
  async count(to, signal, emit) {
    for (let i = 0; i < to; i++) {
      emit(i);
      await new Promise((done) => setTimeout(done, 10));
      if (signal.aborted) throw new AbortedError();
    }
    return "done";
  },
  async dieOnce(path) {
    if (existsSync(path)) return 1;
    writeFileSync(path, "");
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
  async die() {
    throw process.exit(3);
  },
});
