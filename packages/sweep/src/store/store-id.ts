import { InputError, isObject } from "@kwta/core";

const STORE_SCHEMA = "kwta-store@1";

/** What `store.json` of a new store holds. */
export function newStoreFile(): string {
  return `${JSON.stringify({ schema: STORE_SCHEMA, id: crypto.randomUUID() })}\n`;
}

/**
 * The id in a `store.json`.
 *
 * @throws InputError for what is none
 */
export function readStoreId(value: unknown, source: string): string {
  const { schema, id } = isObject(value) ? value : {};
  if (schema === STORE_SCHEMA && typeof id === "string" && /^[\w-]{8,64}$/.test(id)) return id;
  throw new InputError(`${source} is not that of a store of kwta. Name another place.`);
}
