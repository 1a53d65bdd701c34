// @ts-check
import { InputError, lookUp } from "@kwta/core";
import { Draws } from "./draws.mjs";
import { KINDS } from "./kinds/index.mjs";

// node benchmarks/fuzz/make-file.mjs KIND INDEX > FILE: a file that `npm run bench -- fuzz` names in its notes.
const [name = "", index = ""] = process.argv.slice(2);
try {
  const kind = await lookUp("kind of file", name, KINDS)();
  await kind.prepare?.();
  process.stdout.write(kind.make(new Draws(1, name, Number(index))));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
