// @ts-check
// Loaded before a program (`node --import`): counts its file operations inside KWTA_FAULT_FOLDER, and lets the one numbered
// KWTA_FAULT_AT meet what KWTA_FAULT_KIND says: `kill`, or the code of an error such as ENOSPC. The clock stands still, so
// that two runs write the same bytes.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";

const { KWTA_FAULT_FOLDER = "", KWTA_FAULT_AT = "", KWTA_FAULT_KIND = "", KWTA_FAULT_LOG = "" } = process.env;
const folder = resolve(KWTA_FAULT_FOLDER);
const at = KWTA_FAULT_AT === "" ? Number.POSITIVE_INFINITY : Number(KWTA_FAULT_AT);

/** Of a command that starts others, the command alone meets a fault: what becomes of those is its own to see to. */
const isStarted = process.send !== undefined;
/** @type {string[]} */
const operations = [];
const write = fs.writeFileSync;

/** @param {unknown} path */
function isInside(path) {
  const text = path instanceof URL ? path.pathname : Buffer.isBuffer(path) ? path.toString() : path;
  return typeof text === "string" && (resolve(text) === folder || resolve(text).startsWith(folder + sep));
}

/**
 * Counts an operation; throws the fault, or kills, when it is its turn.
 *
 * @param {string} name
 * @param {unknown} path
 */
function meet(name, path) {
  if (isStarted || !isInside(path)) return;
  operations.push(`${name} ${String(path).slice(folder.length + 1)}`);
  if (operations.length - 1 !== at) return;
  if (KWTA_FAULT_KIND === "kill") process.kill(process.pid, "SIGKILL");
  const error = new Error(`${KWTA_FAULT_KIND}: injected, ${name} '${String(path)}'`);
  throw Object.assign(error, { code: KWTA_FAULT_KIND, syscall: name, path: String(path), errno: -1 });
}

/** @typedef {Record<string, (...args: any[]) => any>} Functions */

/** Functions that return promises, of which a fault rejects. */
const PROMISING =
  "access appendFile copyFile cp link lstat mkdir opendir readdir readFile realpath rename rm rmdir stat symlink truncate unlink utimes writeFile";
const SYNCHRONOUS =
  "appendFileSync copyFileSync linkSync lstatSync mkdirSync openSync readdirSync readFileSync realpathSync renameSync rmSync rmdirSync statSync unlinkSync utimesSync writeFileSync";

const promising = /** @type {Functions} */ (/** @type {unknown} */ (fs.promises));
const others = /** @type {Functions} */ (/** @type {unknown} */ (fs));

/** @param {Functions} functions @param {string} name */
function functionOf(functions, name) {
  const found = functions[name];
  if (found === undefined) throw new Error(`This Node has no ${name}.`);
  return found;
}

for (const name of PROMISING.split(" ")) {
  const original = functionOf(promising, name);
  promising[name] = async (...args) => {
    // What moves or links is counted by where it arrives.
    meet(name, ["link", "rename", "symlink", "copyFile"].includes(name) ? args[1] : args[0]);
    return original(...args);
  };
}
for (const name of SYNCHRONOUS.split(" ")) {
  const original = functionOf(others, name);
  others[name] = (...args) => {
    meet(name, args[0]);
    return original(...args);
  };
}

// Streams open their files by this one.
const openFile = functionOf(others, "open");
others["open"] = (/** @type {unknown} */ path, /** @type {any[]} */ ...rest) => {
  try {
    meet("open", path);
  } catch (error) {
    return process.nextTick(rest.at(-1), error);
  }
  return openFile(path, ...rest);
};

/** Where the open files lie. @type {WeakMap<object, unknown>} */
const places = new WeakMap();
const openHandle = functionOf(promising, "open");
promising["open"] = async (/** @type {unknown} */ path, /** @type {any[]} */ ...rest) => {
  meet("open", path);
  const handle = await openHandle(path, ...rest);
  places.set(handle, path);
  return handle;
};
const probe = await openHandle(process.execPath, "r");
const methods = /** @type {Functions} */ (Object.getPrototypeOf(probe));
await probe.close();
for (const name of ["writeFile", "write", "read", "sync"]) {
  const original = functionOf(methods, name);
  methods[name] = async function (...args) {
    meet(`handle.${name}`, places.get(this));
    return original.apply(this, args);
  };
}
syncBuiltinESMExports();

const NOW = Date.UTC(2026, 0, 1);
globalThis.Date = new Proxy(Date, {
  construct: (target, args) => new target(.../** @type {[number]} */ (args.length === 0 ? [NOW] : args)),
  get: (target, name) => (name === "now" ? () => NOW : Reflect.get(target, name)),
});
performance.now = () => 0;

if (KWTA_FAULT_LOG !== "") process.on("exit", () => write(KWTA_FAULT_LOG, operations.join("\n")));
