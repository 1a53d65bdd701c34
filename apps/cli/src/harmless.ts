/** Control characters but tabs and ends of lines, and what turns the direction of text: names could use them to lie. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text that a terminal only shows: `\u001b` instead of an escape that would clear the screen or move the cursor. */
export function harmless(text: string): string {
  return text.replaceAll(CONTROLS, (character) => {
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`;
  });
}
