import { SIDE } from "../compute/side.ts";

/** An image as text for the address: 16 levels, two pixels a byte, base64 with "-" and "_". */
export function packImage(image: ArrayLike<number>): string {
  const bytes = Array.from(
    { length: (SIDE * SIDE) / 2 },
    (_, i) => 16 * level(image[2 * i]!) + level(image[2 * i + 1]!),
  );
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** The inverse of {@link packImage}: [28, 28, 1] in [0, 1]; undefined for what is no such text. */
export function unpackImage(text: string): Float32Array | undefined {
  if (!/^[\w-]{524}$|^[\w-]{523}=$|^[\w-]{522}==$/.test(text)) return undefined;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  if (bytes.length !== (SIDE * SIDE) / 2) return undefined;
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const byte = bytes.charCodeAt(i >> 1);
    return (i % 2 === 0 ? byte >> 4 : byte & 15) / 15;
  });
}

function level(value: number): number {
  return Math.round(15 * Math.max(0, Math.min(1, value)));
}
