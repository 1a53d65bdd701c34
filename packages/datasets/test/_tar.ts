import { gzipSync } from "node:zlib";

/** What an entry of {@link tarBytes} is; a plain file where only its content is given. */
export interface TarEntry {
  readonly name: string;
  readonly content?: Uint8Array;
  readonly type?: string;
  readonly size?: number;
}

/** A tar, written by hand: the header fields at their places of POSIX 1003.1, "ustar". */
export function tarBytes(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const blocks = entries.flatMap(({ name, content = new Uint8Array(0), type = "0", size = content.length }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, "latin1");
    header.write("0000644\0", 100);
    header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(type, 156);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

export const tgz = (entries: readonly TarEntry[]): Uint8Array => new Uint8Array(gzipSync(tarBytes(entries)));
