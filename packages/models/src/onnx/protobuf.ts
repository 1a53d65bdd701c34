/** A protobuf message, or a part of one, in pieces: large tensors are copied once, when all is joined. */
export type Message = readonly Uint8Array[];

/** A whole number (varint). */
export function int(field: number, value: number | bigint): Message {
  return [varint((BigInt(field) << 3n) | 0n), varint(BigInt(value))];
}

/** A 32-bit float. */
export function float(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [varint((BigInt(field) << 3n) | 5n), bytes];
}

/** Text. */
export function text(field: number, value: string): Message {
  return message(field, [new TextEncoder().encode(value)]);
}

/** A message inside a message, or bytes. */
export function message(field: number, content: Message): Message {
  return [varint((BigInt(field) << 3n) | 2n), varint(BigInt(lengthOf(content))), ...content];
}

/** The bytes of a message. */
export function join(parts: Message): Uint8Array {
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Bytes of a message. */
export function lengthOf(parts: Message): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
