/** Whether a radius is meant in levels of an image, such as 8/255, and not as a short decimal number, such as 0.2. */
export function isInLevels(eps: number): boolean {
  const levels = Math.round(eps * 255);
  const short = Math.abs(eps - Number(eps.toFixed(3))) < 1e-9;
  return !short && levels > 0 && Math.abs(eps * 255 - levels) < 1e-3;
}

/** A radius as one writes it: 8/255, 0.2, else three digits. */
export function epsText(eps: number): string {
  return isInLevels(eps) ? `${Math.round(eps * 255)}/255` : String(Number(eps.toPrecision(3)));
}
