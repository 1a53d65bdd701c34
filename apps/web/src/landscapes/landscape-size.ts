/** Points of a side of a landscape: odd, so that the image is one of them. */
export const LANDSCAPE = 33;
