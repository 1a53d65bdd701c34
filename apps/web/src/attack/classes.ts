/** The digits. */
export const CLASSES = 10;
