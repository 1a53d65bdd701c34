import type { Refuse } from "./options.ts";

/** Reads a pickle's bytes from left to right; every length is held against what is left. */
export class PickleInput {
  /** The next byte to read. */
  position: number;
  readonly refuse: Refuse;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, start: number, refuse: Refuse) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = start;
    this.refuse = refuse;
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.position;
    if (length > this.bytes.length - start) {
      this.refuse(`it ends after ${this.bytes.length} bytes, ${length} more were announced at byte ${start}`);
    }
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  uint8(): number {
    return this.take(1)[0]!;
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** A length; one that no file can have is refused by `take`. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  /** Big-endian, as pickles have it. */
  float64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** The bytes up to the end of the line, which is skipped. */
  lineBytes(): Uint8Array {
    const end = this.bytes.indexOf(NEWLINE, this.position);
    if (end < 0) this.refuse(`the line that begins at byte ${this.position} does not end`);
    const line = this.take(end - this.position);
    this.position++;
    return line;
  }

  line(): string {
    return latin1(this.lineBytes());
  }

  utf8(length: number): string {
    const start = this.position;
    const short = length <= SHORT ? asciiOf(this.take(length)) : undefined;
    if (short !== undefined) return short;
    this.position = start;
    try {
      return UTF8.decode(this.take(length));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.refuse(`the text at byte ${start} is not UTF-8`);
    }
  }

  private advance(length: number): number {
    this.take(length);
    return this.position - length;
  }
}

/** One character a byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return text;
}

/** The text of bytes that are all ASCII, undefined for others. Many times faster than a decoder where there are few. */
function asciiOf(bytes: Uint8Array): string | undefined {
  let text = "";
  for (const byte of bytes) {
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

const NEWLINE = 10;
const SHORT = 24;
/** Few enough to be the arguments of one call. */
const CHUNK = 4096;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
