const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Makes a plain text safe to stand in HTML, as content or inside a quoted attribute. Control characters that neither
 * HTML nor XML allows are dropped.
 *
 * Use it for every foreign text that goes into an `html` block of {@link htmlReport}.
 */
export function escapeHtml(text: string): string {
  return withoutControls(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Drops the control characters that HTML and XML do not allow. */
export function withoutControls(text: string): string {
  return text.replace(forbidden, "");
}

// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
