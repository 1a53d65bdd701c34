/**
 * Draws a line with round ends into a grid of coverages (0 to 1). The edge falls off linearly over one pixel; where
 * lines meet the larger coverage stays.
 */
export function drawSegment(
  ink: Float32Array,
  size: number,
  from: readonly [number, number],
  to: readonly [number, number],
  radius: number,
): void {
  const [x0, y0] = from;
  const dx = to[0] - x0;
  const dy = to[1] - y0;
  const inverse = 1 / (dx * dx + dy * dy + 1e-12);
  const reach = radius + 0.5;
  // Pixel i covers [i, i + 1), its middle lies at i + 0.5.
  const left = Math.max(0, Math.floor(Math.min(x0, to[0]) - reach));
  const right = Math.min(size - 1, Math.floor(Math.max(x0, to[0]) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, to[1]) - reach));
  const bottom = Math.min(size - 1, Math.floor(Math.max(y0, to[1]) + reach));
  for (let y = top; y <= bottom; y++) {
    const py = y + 0.5 - y0;
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - x0;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) * inverse));
      const ex = px - along * dx;
      const ey = py - along * dy;
      const squared = ex * ex + ey * ey;
      if (squared >= reach * reach) continue;
      const coverage = Math.min(1, reach - Math.sqrt(squared));
      const at = y * size + x;
      if (coverage > ink[at]!) ink[at] = coverage;
    }
  }
}
