/** What the protocol `adaptive` itself does not count. */
export const DIAGNOSTIC: readonly string[] = ["gradient-estimate"];

/** What needs no gradient, and so many questions that figures on CPUs leave it out of `adaptive`. */
export const BLACK_BOXES: readonly string[] = ["square", ...DIAGNOSTIC];
