/** Breaks a text into lines of at most `width` characters between words; lines after the first begin with `indent` blanks. */
export function wrap(text: string, { width = 80, indent = 0 }: WrapOptions = {}): string {
  const lines: string[] = [];
  const [first = "", ...words] = text.split(" ");
  let line = first;
  for (const word of words) {
    if (line.trim() !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Options of {@link wrap}. */
export interface WrapOptions {
  /** @defaultValue 80 */
  readonly width?: number;
  /** @defaultValue 0 */
  readonly indent?: number;
}

/** A name in a column and what it is beside it, or below where the name is too long: `  --eps <eps>   Sizes of ...`. */
export function wrappedEntry(name: string, text: string, column: number): string {
  const head = `  ${name}`;
  const gap = " ".repeat(Math.max(0, column - head.length));
  if (head.length + 2 <= column) return wrap(head + gap + text, { indent: column });
  return `${head}\n${wrap(" ".repeat(column) + text, { indent: column })}`;
}
