import { watchOutput } from "./output.ts";
import { runKwta } from "./run-kwta.ts";

const isOutputLost = watchOutput();
const code = await runKwta(process.argv.slice(2));
process.exitCode = isOutputLost() ? 2 : code;
