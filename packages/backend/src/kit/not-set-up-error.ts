/** A backend cannot be had as long as it is not set up, or not anew: its `setup` would help. */
export class NotSetUpError extends Error {
  override readonly name = "NotSetUpError";
}
