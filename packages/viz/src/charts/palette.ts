/**
 * Six line colours. Each pair stays apart for readers without red, green or blue cones, and each colour has a contrast
 * of at least 3:1 on white and on the dark page of {@link htmlReport}. The first ones are the easiest to tell apart.
 */
export const palette: readonly string[] = ["#2679c4", "#d4600f", "#0ca468", "#694dd5", "#a54d38", "#8f809e"];
