import { InputError, show } from "@kwta/core";

/** Where a Redis or Valkey is. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** For people: without user and password. */
  readonly shown: string;
}

/**
 * Reads `redis://HOST:PORT`, or `rediss://USER:PASSWORD@HOST:PORT/DB` with TLS.
 *
 * @throws InputError for what is none; a password is never repeated
 */
export function readQueueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "") {
    throw new InputError(
      `The queue is ${show(text.replace(/\/\/[^@]*@/, "//...@"))}; give redis://HOST:PORT, or with TLS, user and password ` +
        "rediss://USER:PASSWORD@HOST:PORT.",
    );
  }
  const db = url.pathname.replace(/^\//, "");
  if (!/^\d*$/.test(db)) throw new InputError(`The queue's database is ${show(db)}; it must be a number, such as /1.`);
  const port = url.port === "" ? 6379 : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    host,
    port,
    tls: url.protocol === "rediss:",
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(url.password !== "" && { password: decodeURIComponent(url.password) }),
    db: Number(db),
    shown: `${url.protocol}//${url.hostname}:${port}`,
  };
}
