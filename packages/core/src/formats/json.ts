import { InputError } from "../errors.ts";

/** Deeper than anything that programs write; what walks over the values may call itself once a level. */
const MOST_DEPTH = 200;
/** An empty object takes 30 times the bytes that it has in the file. */
const MOST_CONTAINERS = 2 ** 20;

/**
 * `JSON.parse` within a budget: no deeper than 200 levels, and no more objects and arrays than a million, or an eighth of
 * the characters in longer texts.
 *
 * @param source named in errors
 * @throws InputError when it is no JSON, or goes beyond that
 */
export function parseJson(text: string, source: string): unknown {
  const { depth, containers } = measure(text);
  if (depth > MOST_DEPTH) {
    throw new InputError(`${source} is nested ${depth} levels deep; up to ${MOST_DEPTH} are read. It may be damaged.`);
  }
  const most = Math.max(MOST_CONTAINERS, text.length / 8);
  if (containers > most) {
    throw new InputError(`${source} holds ${containers} objects and lists, more than the ${most} that are read.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${source} is not valid JSON. It may be damaged; make it again or name another file.`);
  }
}

/** Of the brackets outside strings; what is no JSON may count as it likes. */
function measure(text: string): { depth: number; containers: number } {
  let [level, depth, containers] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        containers++;
        if (++level > depth) depth = level;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        level--;
        break;
      default:
    }
  }
  return { depth, containers };
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return text.length;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
