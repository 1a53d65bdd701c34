import { fileURLToPath } from "node:url";

/** What starts kwta in a process of its own: the command that this code belongs to. */
export const KWTA: readonly [string, ...string[]] = [
  process.execPath,
  fileURLToPath(new URL("../../bin/kwta.mjs", import.meta.url)),
];
