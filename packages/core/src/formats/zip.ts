import { InputError, show } from "../errors.ts";

/**
 * Reads a zip archive whose entries are stored without compression, as PyTorch writes them. Nothing is copied or unpacked:
 * each entry is a view into `bytes`, so an archive cannot ask for more memory than it has. Every offset and length is held
 * against the archive, every entry against its checksum.
 *
 * The names are for looking entries up. Those that would lead out of a folder are refused all the same.
 *
 * @param source named in errors
 * @returns the entries by name, in the archive's order; folders are left out
 * @throws InputError that says what is wrong, and with which entry
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readZip(bytes: Uint8Array, source = "the archive"): Map<string, Uint8Array> {
  const refuse = refuser(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { start, entries: listed } = readDirectory(view, refuse);
  for (const entry of listed) checkStored(entry, refuse);
  const found = listed.map((entry) => locate(view, entry, start, refuse));
  checkApart(found, refuse);
  const entries = new Map<string, Uint8Array>();
  for (const { name, start: from, end: to, crc } of found) {
    if (entries.has(name)) refuse(`it holds ${show(name)} twice`);
    const data = bytes.subarray(from, to);
    if (crc32(data) !== crc) refuse(`the checksum of ${show(name)} is wrong, so the file is damaged`);
    if (!name.endsWith("/")) entries.set(name, data);
  }
  return entries;
}

/**
 * The names in a zip archive, in its order, also of entries that are compressed: enough to tell what it is.
 *
 * @param source named in errors
 * @throws InputError when it has no usable directory
 */
export function listZip(bytes: Uint8Array, source = "the archive"): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readDirectory(view, refuser(source)).entries.map(({ name }) => name);
}

/** Writes a zip archive of stored entries, with no dates, so that equal entries make equal archives. */
export function writeZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const named = [...entries].map(([name, data]) => ({ name: new TextEncoder().encode(name), data, crc: crc32(data) }));
  const headers = named.reduce((sum, { name }) => sum + LOCAL_HEADER + DIRECTORY_ENTRY + 2 * name.length, 0);
  const bytes = new Uint8Array(headers + named.reduce((sum, { data }) => sum + data.length, 0) + END_RECORD);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const starts = named.map(({ name, data, crc }) => {
    const start = at;
    view.setUint32(at, LOCAL_SIGNATURE, true);
    writeCommon(view, at + 4, name.length, data.length, crc);
    bytes.set(name, at + LOCAL_HEADER);
    bytes.set(data, at + LOCAL_HEADER + name.length);
    at += LOCAL_HEADER + name.length + data.length;
    return start;
  });
  const directory = at;
  for (const [i, { name, data, crc }] of named.entries()) {
    view.setUint32(at, DIRECTORY_SIGNATURE, true);
    view.setUint16(at + 4, VERSION, true);
    writeCommon(view, at + 6, name.length, data.length, crc);
    view.setUint32(at + 42, starts[i]!, true);
    bytes.set(name, at + DIRECTORY_ENTRY);
    at += DIRECTORY_ENTRY + name.length;
  }
  view.setUint32(at, END_SIGNATURE, true);
  view.setUint16(at + 8, named.length, true);
  view.setUint16(at + 10, named.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}

type Refuse = (reason: string) => never;

function refuser(source: string): Refuse {
  return (reason) => {
    throw new InputError(`${source} is not a usable zip archive: ${reason}.`);
  };
}

const LOCAL_SIGNATURE = 0x04034b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const LOCAL_HEADER = 30;
const DIRECTORY_ENTRY = 46;
const END_RECORD = 22;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
/** 1980-01-01, the zero of zip dates. */
const NO_DATE = 0x0021;

/** The fields that both headers of an entry have in common. */
function writeCommon(view: DataView, at: number, nameLength: number, size: number, crc: number): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 8, NO_DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, nameLength, true);
}

/** The directory lies before the end record, which a comment of up to 64 KiB may follow. */
function findDirectory(view: DataView, refuse: Refuse): { start: number; end: number; count: number } {
  const size = view.byteLength;
  for (let at = size - END_RECORD; at >= 0 && at >= size - END_RECORD - 0xffff; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE || at + END_RECORD + view.getUint16(at + 20, true) !== size)
      continue;
    const count = view.getUint16(at + 10, true);
    const length = view.getUint32(at + 12, true);
    const start = view.getUint32(at + 16, true);
    if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== count)
      refuse("it is one part of several");
    if (count === 0xffff || start === 0xffffffff) refuse("it is larger than 4 GiB, which is not supported");
    if (start + length > at) refuse(`its directory claims bytes ${start} to ${start + length}, beyond its end`);
    return { start, end: start + length, count };
  }
  return refuse("it has no end record, so it was cut short or is no zip archive at all");
}

function readDirectory(view: DataView, refuse: Refuse): { start: number; entries: DirectoryEntry[] } {
  const { start, end, count } = findDirectory(view, refuse);
  const entries: DirectoryEntry[] = [];
  for (let at = start; entries.length < count; at = entries.at(-1)!.next) {
    if (at + DIRECTORY_ENTRY > end || view.getUint32(at, true) !== DIRECTORY_SIGNATURE) {
      refuse(`its directory claims ${count} entries and ends after ${entries.length}`);
    }
    entries.push(readDirectoryEntry(view, at, end, refuse));
  }
  return { start, entries };
}

interface DirectoryEntry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly flags: number;
  /** 0 where it is stored as it is. */
  readonly method: number;
  readonly crc: number;
  /** Bytes in the archive. */
  readonly packed: number;
  readonly size: number;
  readonly header: number;
  /** Where the next entry of the directory begins. */
  readonly next: number;
}

function readDirectoryEntry(view: DataView, at: number, end: number, refuse: Refuse): DirectoryEntry {
  const nameLength = view.getUint16(at + 28, true);
  const next = at + DIRECTORY_ENTRY + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) refuse("the directory ends within a name");
  const rawName = new Uint8Array(view.buffer, view.byteOffset + at + DIRECTORY_ENTRY, nameLength);
  const name = new TextDecoder().decode(rawName);
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const header = view.getUint32(at + 42, true);
  if (isUnsafe(name)) refuse(`it holds ${show(name)}, a name that leads out of its folder`);
  return { name, rawName, flags, method, crc: view.getUint32(at + 16, true), packed, size, header, next };
}

function checkStored({ name, flags, method, packed, size, header }: DirectoryEntry, refuse: Refuse): void {
  if ((flags & 1) !== 0) refuse(`${show(name)} is encrypted`);
  if (method !== 0) refuse(`${show(name)} is compressed (method ${method}), only stored entries are read`);
  if (packed !== size) refuse(`${show(name)} is stored in ${packed} bytes but claims ${size}`);
  if (size === 0xffffffff || header === 0xffffffff)
    refuse(`${show(name)} needs more than 4 GiB, which is not supported`);
}

interface Located {
  readonly name: string;
  readonly crc: number;
  /** Where the entry begins, with its own header. */
  readonly header: number;
  readonly start: number;
  readonly end: number;
}

/** The data follow a second header, whose name must be the same. */
function locate(view: DataView, entry: DirectoryEntry, directory: number, refuse: Refuse): Located {
  const { name, rawName, crc, size, header } = entry;
  if (header + LOCAL_HEADER > directory || view.getUint32(header, true) !== LOCAL_SIGNATURE) {
    refuse(`${show(name)} should begin at byte ${header}, and does not`);
  }
  const nameLength = view.getUint16(header + 26, true);
  const start = header + LOCAL_HEADER + nameLength + view.getUint16(header + 28, true);
  if (start + size > directory) refuse(`${show(name)} claims bytes ${start} to ${start + size}, beyond the directory`);
  const localName = new Uint8Array(view.buffer, view.byteOffset + header + LOCAL_HEADER, nameLength);
  if (nameLength !== rawName.length || !localName.every((byte, i) => byte === rawName[i])) {
    refuse(`${show(name)} has another name at its own place`);
  }
  return { name, crc, header, start, end: start + size };
}

/** Entries that share bytes are how small archives unpack to large ones. */
function checkApart(entries: readonly Located[], refuse: Refuse): void {
  const sorted = [...entries].sort((a, b) => a.header - b.header);
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1]!, sorted[i]!];
    if (after.header < before.end) refuse(`${show(before.name)} and ${show(after.name)} overlap`);
  }
}

function isUnsafe(name: string): boolean {
  return name === "" || /^[/\\]|^[A-Za-z]:|[\0\\]/.test(name) || name.split("/").includes("..");
}

let table: Uint32Array | undefined;

function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  });
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
