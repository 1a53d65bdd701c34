/**
 * The TrueType font inside a WOFF file: the same tables, which WOFF compresses one by one.
 *
 * @param inflate - undoes zlib compression
 * @see https://www.w3.org/TR/WOFF/
 */
export function woffToTtf(woff: Uint8Array, inflate: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const input = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  if (woff.byteLength < 44 || input.getUint32(0) !== 0x774f4646) throw new TypeError("This is no WOFF file.");
  const count = input.getUint16(12);
  const ttf = new Uint8Array(input.getUint32(16));
  const output = new DataView(ttf.buffer);
  const power = 2 ** Math.floor(Math.log2(count));
  output.setUint32(0, input.getUint32(4));
  for (const [i, value] of [count, power * 16, Math.log2(power), (count - power) * 16].entries()) {
    output.setUint16(4 + 2 * i, value);
  }
  let at = 12 + 16 * count;
  for (let i = 0; i < count; i++) {
    const entry = 44 + 20 * i;
    const [offset, packed, length] = [4, 8, 12].map((field) => input.getUint32(entry + field));
    const bytes = woff.subarray(offset!, offset! + packed!);
    ttf.set(packed! < length! ? inflate(bytes) : bytes, at);
    const fields = [input.getUint32(entry), input.getUint32(entry + 16), at, length!];
    for (const [j, value] of fields.entries()) output.setUint32(12 + 16 * i + 4 * j, value);
    // Tables begin at multiples of four bytes.
    at += 4 * Math.ceil(length! / 4);
  }
  return ttf;
}
