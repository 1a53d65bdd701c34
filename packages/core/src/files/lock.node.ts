import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, show } from "../errors.ts";
import { throwIfAborted } from "../progress.ts";

/** How often the holder says that it is alive, and after what silence one on another machine is held dead. Milliseconds. */
const HEARTBEAT = 2000;
const SILENCE = 60_000;

/** Options of {@link withLock}. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether to wait where another process holds the lock; it is an error else. @defaultValue true */
  readonly wait?: boolean | undefined;
  /** Called once, when another process holds the lock and this one waits. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Does work while no other process does work under the same lock file. The lock of a process that has died is taken over: at
 * once on the same machine, after a minute without a sign of life on another.
 *
 * @param work receives a signal that is aborted by that of the options, and when the lock was lost to another machine, which
 *   saw no sign of life; it should stop then
 * @throws InputError when another process holds the lock and `wait` is false, or when the lock was lost
 */
export async function withLock<T>(
  path: string,
  work: (signal: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { signal, wait = true, onWait } = options;
  const mine = JSON.stringify({ id: randomUUID(), ...whoIAm() });
  for (let waited = false; !(await take(path, mine)); waited = true) {
    if (!wait) throw new InputError(await inUse(path));
    if (!waited) onWait?.();
    throwIfAborted(signal);
    await sleep(100);
  }
  const lost = new AbortController();
  const heartbeat = setInterval(() => void beat(path, mine, lost), HEARTBEAT);
  try {
    return await work(AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]));
  } catch (error) {
    throw lost.signal.aborted ? new InputError(`${show(path)} was taken over by another process. ${LOST}`) : error;
  } finally {
    clearInterval(heartbeat);
    await removeOnly(path, mine);
  }
}

const LOST =
  "This one gave no sign of life for too long, and has stopped. Start it again when the other one has ended.";

async function inUse(path: string): Promise<string> {
  const holder = parse(await readFile(path, "utf8").catch(() => ""));
  const who = holder === undefined ? "Another process" : `Process ${holder.pid} on ${holder.host}`;
  return `${who} is at work in this folder and holds ${show(path)}. Wait for its end, or name another folder.`;
}

async function beat(path: string, mine: string, lost: AbortController): Promise<void> {
  try {
    if ((await readFile(path, "utf8")) !== mine) lost.abort();
    else await utimes(path, new Date(), new Date());
  } catch (error) {
    // Without its file the lock protects nothing. Of any other fault the work itself will hear.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") lost.abort();
  }
}

async function take(path: string, mine: string): Promise<boolean> {
  while (!(await tryOnce(path, mine))) {
    const found = await readFile(path, "utf8").catch(() => undefined);
    if (found !== undefined && !(await isDead(path, found))) return false;
    if (found !== undefined) await removeOnly(path, found);
  }
  return true;
}

async function tryOnce(path: string, mine: string): Promise<boolean> {
  // A file that is linked into place has its content from the beginning.
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, mine);
    return await linked(draft, path, mine);
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
}

async function linked(draft: string, path: string, mine: string): Promise<boolean> {
  try {
    await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
      if (!WITHOUT_LINKS.has(error.code ?? "")) throw error;
      await writeFile(path, mine, { flag: "wx" });
    });
    return true;
  } catch (error) {
    // The holder sweeps the folder, and with it a draft that is not linked yet.
    if (!["EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return false;
  }
}

/** What file systems answer that know no links: those of memory cards, of some servers. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Removes the lock if this is its content. */
async function removeOnly(path: string, content: string): Promise<void> {
  // Moved away, then looked at: another process may have taken the lock over in between.
  const aside = `${path}.${randomUUID()}`;
  const isThere = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== content) await writeFile(path, moved, { flag: "wx" }).catch(() => {});
  await rm(aside, { force: true }).catch(() => {});
}

async function isDead(path: string, content: string): Promise<boolean> {
  const holder = parse(content);
  const me = whoIAm();
  if (holder?.host === me.host && holder.machine === me.machine) {
    return holder.pid !== me.pid && startOf(holder.pid) !== holder.started;
  }
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age > SILENCE;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells machines and containers of one host name apart. */
  readonly machine: string;
  /** Tells a process from a later one of the same number. */
  readonly started: string | undefined;
}

function parse(content: string): Holder | undefined {
  try {
    const holder = JSON.parse(content) as Partial<Holder> | null;
    return typeof holder?.pid === "number" && typeof holder.host === "string" ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function whoIAm(): Holder {
  const { pid } = process;
  return { pid, host: hostname(), machine: machine(), started: startOf(pid) };
}

/** Of Linux alone: the boot, and the space of process numbers, which each container has of its own. */
function machine(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

/** When a process began, as the system counts it; "running" where it does not tell; undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  try {
    // The name of the program, in parentheses, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)\s+/s, "");
    return fields.split(" ")[19];
  } catch {
    return "running";
  }
}
