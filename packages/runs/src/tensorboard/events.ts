import { crc32c } from "./crc32c.ts";

/** What one record of an event file says. */
export type BoardEvent =
  | { readonly kind: "version" }
  /** Work begins, or goes on, at this step: what other files say of later steps is void. */
  | { readonly kind: "start"; readonly step: number }
  | { readonly kind: "scalars"; readonly step: number; readonly values: Readonly<Record<string, number>> };

/**
 * An event as a record of TensorBoard's event files: a TFRecord that holds the protocol buffer `Event`.
 *
 * @param wallTime seconds since 1970
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
 */
export function encodeEvent(event: BoardEvent, wallTime: number): Uint8Array {
  return record(join([double(1, wallTime), ...bodyOf(event)]));
}

function bodyOf(event: BoardEvent): Uint8Array[] {
  switch (event.kind) {
    case "version":
      return [text(3, "brain.Event:2")];
    case "start":
      // SessionLog { status: START }
      return [whole(2, event.step), message(7, [whole(1, 1)])];
    case "scalars": {
      const values = Object.entries(event.values).map(([tag, value]) => message(1, [text(1, tag), float(2, value)]));
      return [whole(2, event.step), message(5, values)];
    }
  }
}

/** Length, its checksum, data, its checksum. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return bytes;
}

/** TFRecord's checksums are rotated and moved, so that one may stand in data that is checked itself. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return bytesOf(field, join(parts));
}

function text(field: number, value: string): Uint8Array {
  return bytesOf(field, new TextEncoder().encode(value));
}

function bytesOf(field: number, value: Uint8Array): Uint8Array {
  return join([key(field, LENGTH), varint(value.length), value]);
}

function whole(field: number, value: number): Uint8Array {
  return join([key(field, VARINT), varint(value)]);
}

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return join([key(field, FIXED64), bytes]);
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([key(field, FIXED32), bytes]);
}

function key(field: number, type: number): Uint8Array {
  return varint(field * 8 + type);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.of(...bytes, rest);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
