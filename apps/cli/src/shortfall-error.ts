/** Everything was done, and what came out is less than what was asked for: exit code 3. */
export class ShortfallError extends Error {
  override readonly name = "ShortfallError";
}
