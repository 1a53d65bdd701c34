/** The height and width of the nets' images. */
export const SIDE = 28;
