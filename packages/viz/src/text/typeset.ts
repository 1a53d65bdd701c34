import { escapeHtml } from "./escape-html.ts";
import { keepTogether } from "./keep-together.ts";

/** Plain text as HTML: escaped, and with "5 %" and "ε = 0.1" kept on one line. */
export function typeset(text: string): string {
  return keepTogether(escapeHtml(text));
}

/** The same for running text, where `backticks` enclose code. */
export function typesetWithCode(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : typeset(part)))
    .join("");
}
