/** Kinds of pictures that are not read, by how they begin; a dot stands for any character. */
const OTHERS: readonly (readonly [begins: RegExp, title: string])[] = [
  [/^GIF8/, "a GIF"],
  [/^BM/, "a BMP"],
  [/^(II\*\0|MM\0\*)/, "a TIFF"],
  [/^....ftyp(avif|avis)/s, "an AVIF"],
  [/^....ftyp(heic|heix|mif1|msf1)/s, "a HEIC"],
  [/^....JXL /s, "a JPEG XL"],
  [/^....jP {2}/s, "a JPEG 2000"],
];

/** What a file that is neither PNG, JPEG nor WebP is, for an error. */
export function nameOtherFormat(bytes: Uint8Array): string {
  const begin = String.fromCharCode(...bytes.subarray(0, 16));
  const other = OTHERS.find(([begins]) => begins.test(begin));
  return other ? `${other[1]}, which is not read` : "neither a PNG nor a JPEG nor a WebP";
}
