// copy-folder.mjs FROM TO: puts a copy of a folder in the place of another.
import { cpSync, rmSync } from "node:fs";

const [from, to] = process.argv.slice(2);
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
