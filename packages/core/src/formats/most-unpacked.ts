/** What small files may unpack to whatever their length: a picture or an array of one value packs a thousand times. */
const FLOOR = 2 ** 26;
/** More than any real file packs; DEFLATE at its best packs 1032 times. */
const RATIO = 64;

/**
 * The budget of a packed file: bytes that one of `length` bytes may become when it is unpacked, 64 MiB or 64 times its
 * length. What a header promises is held against it before anything is made.
 */
export function mostUnpacked(length: number): number {
  return Math.max(FLOOR, RATIO * length);
}
