/** The number that 16 bits are in IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bits of the half that is nearest to a 32-bit float, of two the even one. From 65,520 on it is infinite. */
export function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > INFINITE) return sign | 0x7e00;
  if (magnitude >= TOO_LARGE) return sign | 0x7c00;
  if (magnitude < LEAST_NORMAL) return sign | toEven(Math.abs(value) * 2 ** 24);
  // Half a last place of the shorter fraction is added, and one less where that is even.
  const rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
  return sign | ((rounded - OTHER_BIAS) >> 13);
}

const scratch = new DataView(new ArrayBuffer(4));
/** Bits of 32-bit floats: infinity, 65,520, and 2^-14. */
const INFINITE = 0x7f800000;
const TOO_LARGE = 0x477ff000;
const LEAST_NORMAL = 0x38800000;
/** Exponents of 32-bit floats are stored with 127 added, of halves with 15. */
const OTHER_BIAS = (127 - 15) << 23;

function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
