import type { Refuse } from "./options.ts";

/** The bytes of a quoted string as Python 2 writes it in protocol 0: `'a\x00b'`. */
export function parseQuoted(text: string, refuse: Refuse): Uint8Array {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) {
    refuse(`a string in it is not quoted: ${JSON.stringify(text.slice(0, 40))}`);
  }
  const plain = text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[^])/g, (whole, code: string) => {
    if (code.length > 1 && code[0] === "x") return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    return ESCAPES[code] ?? whole;
  });
  return toBytes(plain, refuse);
}

/** Text as protocol 0 has it: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
export function parseRawUnicode(text: string, refuse: Refuse): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/g, (whole, code: string) => {
    const point = Number.parseInt(code.slice(1), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : refuse(`${whole} is no character`);
  });
}

/** The bytes of a text of Latin-1 characters; any other is refused. */
export function toBytes(text: string, refuse: Refuse): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let all = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes[i] = code;
    all |= code;
  }
  return all > 255 ? refuse("it makes bytes of characters beyond Latin-1") : bytes;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
