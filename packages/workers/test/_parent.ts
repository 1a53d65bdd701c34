import { openPool, startProcess } from "../src/index.node.ts";
import type { TestCalls } from "./calls.ts";

// Starts two workers, says who they are, and waits for its end.
const pool = await openPool<TestCalls>({ count: 2, start: () => startProcess(process.argv[2]!) });
process.stdout.write(`${JSON.stringify(await pool.callAll("pid", undefined))}\n`);
await pool.call("count", 1e6);
