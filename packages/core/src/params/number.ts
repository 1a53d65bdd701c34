/** Decimal, as people write numbers: `12`, `-0.5`, `.5`, `1e-3`. Not `0x10`, not `1_000`. */
const DECIMAL = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const NUMBER = new RegExp(`^${DECIMAL}$`, "i");
const FRACTION = new RegExp(`^(${DECIMAL})(?:\\s*/\\s*(${DECIMAL}))?$`, "i");

/** A number that a person wrote, in the one way in which numbers are read everywhere; NaN when it is none. */
export function parseNumber(text: string): number {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** `"8/255"` or `"0.5"` as a number; NaN when it is neither. */
export function parseFraction(text: string): number {
  const [, numerator, denominator = "1"] = FRACTION.exec(text.trim()) ?? [];
  return numerator === undefined ? Number.NaN : Number(numerator) / Number(denominator);
}
