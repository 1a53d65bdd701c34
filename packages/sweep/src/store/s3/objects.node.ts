import { InputError } from "@kwta/core";
import type { S3mini } from "s3mini";
import { setTimeout as sleep } from "node:timers/promises";
import type { S3Address } from "./s3-address.ts";

/** What a store needs of an object store. Keys are below the prefix of its address. */
export interface Objects {
  /** Undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Where there is one already, it stays. */
  putFirst(key: string, bytes: Uint8Array): Promise<void>;
  /** The keys that begin so. */
  list(prefix: string): Promise<string[]>;
  remove(key: string): Promise<void>;
}

/** Milliseconds before the second and the third try of what a server could not do just then. */
const PAUSES = [100, 500];
/** What a server answers that is busy, or whose part behind it does not answer. */
const MAY_PASS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
/** Milliseconds that a request of up to {@link PART} bytes may take. */
const PATIENCE = 60_000;
const PART = 2 ** 23;

/**
 * Objects by `s3mini`, which signs each request.
 *
 * @throws InputError, and each method too, with what is wrong with the address, the keys or the store
 */
export async function openObjects(address: S3Address): Promise<Objects> {
  const client = await openClient(address);
  const { prefix } = address;
  const ask = <T>(what: string, request: () => Promise<T>): Promise<T> => tried(what, request, address);
  const put = async (key: string, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<void> => {
    // It types the headers of Amazon alone; all that are given are sent and signed.
    await client.putAnyObject(
      `${prefix}${key}`,
      bytes as Uint8Array<ArrayBuffer>,
      undefined,
      undefined,
      headers as never,
    );
  };
  return {
    get: (key) =>
      ask("read", async () => {
        const found = await client.getObjectArrayBuffer(`${prefix}${key}`);
        return found === null ? undefined : new Uint8Array(found);
      }),
    put: (key, bytes) => ask("written", () => put(key, bytes)),
    putFirst: (key, bytes) =>
      ask("written", () =>
        put(key, bytes, { "If-None-Match": "*" }).catch((error: unknown) => {
          // 412: one is there; 409: one is being written at this moment.
          if (![409, 412].includes(statusOf(error) ?? 0)) throw error;
        }),
      ),
    list: (start) =>
      ask("read", async () => {
        const found = await client.listObjects("/", `${prefix}${start}`);
        if (found === null) throw new InputError(`There is no bucket for ${address.shown}. Make it, or name another.`);
        return found.map(({ Key }) => Key.slice(prefix.length));
      }),
    remove: (key) => ask("written", async () => void (await client.deleteObject(`${prefix}${key}`))),
  };
}

async function openClient({ endpoint, region, accessKeyId, secretAccessKey }: S3Address): Promise<S3mini> {
  try {
    const { S3mini: Client } = await import("s3mini");
    const keys = { accessKeyId, secretAccessKey };
    return new Client({ endpoint, region, ...keys, minPartSize: PART, requestAbortTimeout: PATIENCE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new InputError("A store s3://... needs a package that is not installed here: npm install s3mini");
  }
}

async function tried<T>(what: string, request: () => Promise<T>, address: S3Address): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof InputError) throw error;
      const status = statusOf(error);
      const mayPass = status === undefined || MAY_PASS.has(status);
      if (!mayPass || tries >= PAUSES.length) throw new InputError(whyNot(what, error, address));
      await sleep(PAUSES[tries]);
    }
  }
}

/** Of an answer of the server; undefined where there was none. */
function statusOf(error: unknown): number | undefined {
  const { status } = (error ?? {}) as { readonly status?: unknown };
  return typeof status === "number" ? status : undefined;
}

function whyNot(what: string, error: unknown, { shown, endpoint, region }: S3Address): string {
  const { message, code, cause } = error as Error & { readonly code?: string };
  const status = statusOf(error);
  const host = new URL(endpoint).host;
  if (status === undefined) {
    const reason = code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
    return `The store ${shown} cannot be reached at ${host}: ${reason}. See that AWS_ENDPOINT_URL_S3 is right.`;
  }
  const said = code === undefined || code === "Unknown" ? `${status}` : `${status}, ${code}`;
  if (status === 401 || status === 403) {
    return `The store ${shown} refuses these keys (${said}). Correct AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, which is ${region}, or their rights.`;
  }
  if (status === 404) return `There is no bucket for ${shown} at ${host}. Make it, or name another.`;
  return `The store ${shown} cannot be ${what}: ${host} answers ${said}. Make room there, or see what ails it.`;
}
