import { InputError, show } from "@kwta/core";

const BLOCK = 512;
const REGULAR = new Set(["0", "\0", "7"]);
/** What other tars carry along: headers of pax and GNU that describe the next entry. */
const DESCRIBES = new Set(["x", "g", "L", "K"]);
const FOLDER = "5";

/**
 * Takes the wanted files out of a tar that is in memory. Names in it only ever choose among `wanted`; they never become
 * paths. Other plain files and folders are passed over; links, devices, absolute names and `..` make the tar unusable.
 *
 * @param wanted names in the tar and the bytes that each may have at most
 * @param source named in errors
 * @returns views of the contents, one for each wanted name
 * @throws InputError when it is cut, damaged, unsafe or incomplete
 */
export function untar(
  bytes: Uint8Array<ArrayBuffer>,
  wanted: Readonly<Record<string, number>>,
  source: string,
): Map<string, Uint8Array<ArrayBuffer>> {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} is not a usable archive: ${reason}. Get it again.`);
  };
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 0;
  for (;;) {
    if (at + BLOCK > bytes.length) refuse("it is cut short");
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { name, type, size } = readHeader(header, refuse);
    const start = at + BLOCK;
    if (start + size > bytes.length) refuse(`${show(name)} is cut short`);
    if (!REGULAR.has(type) && !DESCRIBES.has(type) && type !== FOLDER) {
      refuse(`${show(name)} in it is neither a file nor a folder but a link or a device`);
    }
    if (!DESCRIBES.has(type) && isUnsafe(name)) refuse(`it holds a file that would lie outside: ${show(name)}`);
    if (REGULAR.has(type) && Object.hasOwn(wanted, name)) {
      if (size > wanted[name]!) refuse(`${show(name)} has ${size} bytes, more than the ${wanted[name]} it can have`);
      if (found.has(name)) refuse(`it holds ${show(name)} twice`);
      found.set(name, bytes.subarray(start, start + size));
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  const missing = Object.keys(wanted).filter((name) => !found.has(name));
  if (missing.length > 0) refuse(`it lacks ${missing.join(", ")}`);
  return found;
}

function readHeader(
  header: Uint8Array,
  refuse: (reason: string) => never,
): { name: string; type: string; size: number } {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum) refuse("the checksum of a header does not add up");
  const size = octal(header, 124, 12);
  if (Number.isNaN(size)) refuse("an entry in it has no usable length");
  const prefix = text(header, 257, 5) === "ustar" && header[262] === 0 ? text(header, 345, 155) : "";
  const short = text(header, 0, 100);
  const name = prefix === "" ? short : `${prefix}/${short}`;
  return { name: name.replace(/^(\.\/)+/, ""), type: String.fromCharCode(header[156]!), size };
}

function isUnsafe(name: string): boolean {
  return /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes("..");
}

function text(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? field : field.subarray(0, end));
}

/** NaN where it is no octal number; numbers of 8 GB and more are written otherwise, and no file here is so large. */
function octal(bytes: Uint8Array, from: number, length: number): number {
  const digits = text(bytes, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}
