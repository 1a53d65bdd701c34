/** The same text with non-breaking spaces where a line should not end: within "5 %" and "ε = 0.1". */
export function keepTogether(text: string): string {
  return text.replace(/ (?=%|= )|(?<= =) /g, "\u00a0");
}
