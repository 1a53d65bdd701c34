import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { throwIfAborted } from "../progress.ts";

/** How often the holder says that it is alive, and after what silence it is held dead. Milliseconds. */
const HEARTBEAT = 2000;
const SILENCE = 30_000;

/** Options of {@link withLock}. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, when another process holds the lock. */
  readonly onWait?: () => void;
}

/**
 * Does work while no other process does work under the same lock file, and waits for its turn. The lock of a process that
 * has died is taken over: at once on the same machine, after 30 seconds without a sign of life on another.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const mine = JSON.stringify({ id: randomUUID(), pid: process.pid, host: hostname() });
  for (let waited = false; !(await take(path, mine)); waited = true) {
    if (!waited) options.onWait?.();
    throwIfAborted(options.signal);
    await sleep(100);
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function take(path: string, mine: string): Promise<boolean> {
  // A file that is linked into place has its content from the beginning.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await removeIfDead(path);
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeIfDead(path: string): Promise<void> {
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === undefined || !(await isDead(path, found))) return;
  // Moved away, then looked at again: another process may have taken the lock over in between.
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== found) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function isDead(path: string, content: string): Promise<boolean> {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > SILENCE) return true;
  try {
    const { pid, host } = JSON.parse(content) as { pid: number; host: string };
    if (host !== hostname() || pid === process.pid) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
