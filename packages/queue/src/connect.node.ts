import { InputError, readInput } from "@kwta/core";
import type { Redis } from "ioredis";
import { isIP } from "node:net";
import { readQueueAddress, type QueueAddress } from "./address.ts";

/** A connection that comes back by itself, and the library that it is for. */
export interface Connection {
  readonly redis: Redis;
  readonly bullmq: typeof import("bullmq");
  /** The address for people, without its password. */
  readonly shown: string;
  end(): void;
}

/** How a queue is reached besides its address. */
export interface ConnectOptions {
  /**
   * A file with the certificates, in PEM, of who signed the server's: for TLS with one of your own.
   *
   * @defaultValue those that Node knows
   */
  readonly ca?: string | undefined;
}

/** Milliseconds that a server has to answer at the door. */
const PATIENCE = 10_000;
/** Milliseconds between two tries to come back, at most. */
const MOST_PAUSE = 5000;

/**
 * Connects to Redis or Valkey. All that can be wrong is said here: later, a connection that is lost is only tried again.
 *
 * @throws InputError when a library is missing, the address is none, nobody answers, the password is wrong, or the server could
 *   drop jobs
 */
export async function connect(address: string, { ca: file }: ConnectOptions): Promise<Connection> {
  const where = readQueueAddress(address);
  const ca = file === undefined ? undefined : await readCertificates(file, where);
  const { Redis } = await library(() => import("ioredis"));
  const bullmq = await library(() => import("bullmq"));
  await checkServer(await firstConnection(Redis, where, ca), where);
  const redis = new Redis({
    ...optionsOf(where, ca),
    // As BullMQ asks for it: what was asked while the connection was lost is asked when it is back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(200 * times, MOST_PAUSE),
  });
  // Without a listener each try that fails would be printed.
  redis.on("error", () => {});
  return { redis, bullmq, shown: where.shown, end: () => redis.disconnect() };
}

async function library<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    throw new InputError("A queue needs two packages that are not installed here: npm install bullmq ioredis");
  }
}

async function readCertificates(file: string, { tls, shown }: QueueAddress): Promise<string> {
  if (!tls) throw new InputError(`The queue ${shown} is asked without TLS, and needs no certificate: give rediss://.`);
  const text = new TextDecoder().decode(await readInput(file, { most: 2 ** 22 }));
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new InputError(`${file} holds no certificate in PEM. Give the file of who signed the queue's.`);
}

function optionsOf(
  { host, port, tls, username, password, db }: QueueAddress,
  ca: string | undefined,
): {
  readonly host: string;
  readonly port: number;
  readonly db: number;
} {
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) } }),
  };
}

async function firstConnection(Client: typeof Redis, where: QueueAddress, ca: string | undefined): Promise<Redis> {
  const redis = new Client({
    ...optionsOf(where, ca),
    lazyConnect: true,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault: unknown;
  redis.on("error", (error) => (fault ??= error));
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new InputError(whyNot(fault ?? error, where));
  }
}

function whyNot(error: unknown, { shown, tls }: QueueAddress): string {
  const { message, code = "" } = error as NodeJS.ErrnoException;
  if (/WRONGPASS|invalid password/i.test(message)) {
    return `The queue ${shown} refuses this user and password. Correct them: rediss://USER:PASSWORD@HOST:PORT.`;
  }
  if (message.includes("NOAUTH")) return `The queue ${shown} asks for a password: redis://:PASSWORD@HOST:PORT.`;
  const advice = tls
    ? "See that it takes TLS there, and name the file of who signed its certificate: --queue-ca FILE."
    : "See that it is running there, and whether it asks for TLS: rediss://.";
  return `Cannot reach the queue ${shown}: ${message === "" ? code : message}. ${advice}`;
}

/** @throws InputError for a server that is too old, or that forgets keys when its memory is full */
async function checkServer(redis: Redis, { shown }: QueueAddress): Promise<void> {
  const info = await redis.info().finally(() => redis.disconnect());
  const field = (name: string): string => new RegExp(`^${name}:(.*)$`, "m").exec(info)?.[1]?.trim() ?? "";
  const [major = 0, minor = 0] = field("redis_version").split(".").map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    throw new InputError(`The queue ${shown} is Redis ${field("redis_version")}; it takes 6.2 or newer, or Valkey.`);
  }
  const policy = field("maxmemory_policy");
  if (Number(field("maxmemory")) > 0 && policy !== "noeviction") {
    throw new InputError(
      `The queue ${shown} drops keys when its memory is full (maxmemory-policy ${policy}), and jobs with them. ` +
        "Set it to noeviction.",
    );
  }
}
