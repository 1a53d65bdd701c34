// A program: a worker in a process of its own, for tests that kill it.
import { openJobStore } from "@kwta/sweep";
import { workOnQueue } from "@kwta/queue";

const [address, path, program] = /** @type {[string, string, string]} */ (process.argv.slice(2));
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
await workOnQueue(address, {
  store: await openJobStore(path),
  version: "1.0.0",
  program: [process.execPath, program],
  backends: ["wasm"],
  memory: 1,
  lockDuration: 1000,
  signal: stop.signal,
});
