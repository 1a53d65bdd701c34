/** A number in at most `digits` significant digits, with a proper minus. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "not a number";
  const extreme = value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6);
  const text = extreme
    ? value
        .toExponential(Math.max(0, digits - 2))
        .replace("e+", "e")
        .replace("e", " · 10^")
    : String(Number(value.toPrecision(digits)));
  const [, mantissa, power] = /^(.*) · 10\^(.*)$/.exec(text) ?? [];
  return (power === undefined ? text : `${mantissa} · 10${superscript(power)}`).replace(/^-/, "−");
}

/** A share as whole per cent. */
export function percent(value: number): string {
  return `${Math.round(100 * value)} %`;
}

/** A sum of things, with thin spaces between thousands. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

function superscript(text: string): string {
  return [...text].map((character) => (character === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(character)]!)).join("");
}
