import { endWithReader } from "./command.ts";
import { runKwta } from "./run-kwta.ts";

endWithReader();
process.exitCode = await runKwta(process.argv.slice(2));
