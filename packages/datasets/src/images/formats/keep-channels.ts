/** Leaves out the last `from - to` channels of each pixel. */
export function keepChannels(data: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return data;
  const out = new Uint8Array((data.length / from) * to);
  for (let i = 0, at = 0; i < out.length; at += from) for (let c = 0; c < to; c++) out[i++] = data[at + c]!;
  return out;
}
