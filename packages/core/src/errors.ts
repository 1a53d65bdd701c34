/**
 * Something that a person gave cannot be used. The message is one or two plain sentences: what was found, what was
 * expected, what to do. Programs show it without a stack trace.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A long piece of work was stopped by its `AbortSignal`. */
export class AbortedError extends Error {
  override readonly name = "AbortError";

  constructor(message = "Stopped on request.") {
    super(message);
  }
}

/**
 * A short picture of any value for an error message: as JSON writes it, with a class by its name. It never throws: what is
 * huge, nested deeply or holds itself is cut short.
 */
export function show(value: unknown): string {
  const picture = draw(value, LONGEST);
  // A long text was shortened inside its quotes.
  return typeof value === "string" ? picture : shorten(picture);
}

const LONGEST = 80;

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

/** At least `room` characters of the picture, or all of it. Each level takes a character, so `room` ends the depth too. */
function draw(value: unknown, room: number): string {
  if (typeof value === "string") return JSON.stringify(shorten(value));
  if (typeof value === "bigint") return Math.abs(Number(value)) < 1e60 ? String(value) : String(Number(value));
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return join("[", value, "]", room, draw);
  const kind: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  if (typeof kind === "string" && kind !== "Object") return kind;
  return join("{", Object.keys(value), "}", room, (key, left) => {
    return `${draw(key, left)}:${draw((value as Record<string, unknown>)[key], left)}`;
  });
}

function join<T>(
  open: string,
  items: readonly T[],
  close: string,
  room: number,
  drawItem: (item: T, room: number) => string,
): string {
  let text = open;
  for (const item of items) {
    if (text.length > room) return text;
    text += (text === open ? "" : ",") + drawItem(item, room - text.length);
  }
  return text + close;
}

/**
 * Finds `name` in a list of known things.
 *
 * @throws InputError that lists what is known, the nearest first, and asks about what was probably meant
 */
export function lookUp<T>(kind: string, name: string, known: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(known, name)) return known[name]!;
  const all = Object.keys(known);
  throw new InputError(`Unknown ${kind} ${show(name)}. Known: ${nearestFirst(name, all)}.${didYouMean(name, all)}`);
}

/** Names with commas between them, those that look most like `name` first; of a long list the beginning. */
export function nearestFirst(name: string, known: readonly string[]): string {
  const names = byDistance(name, known).map(([each]) => each);
  if (names.length <= MOST_NAMES) return names.join(", ");
  return `${names.slice(0, MOST_NAMES - 8).join(", ")} and ${names.length - MOST_NAMES + 8} more`;
}

const MOST_NAMES = 40;

/** ` Did you mean "pgd"?` where a known name is so near that it was probably meant; else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const [nearest] = byDistance(name, known);
  if (nearest === undefined || known.length < 2) return "";
  const [meant, distance] = nearest;
  return distance <= Math.max(1, Math.floor(String(name).length / 3)) ? ` Did you mean ${show(meant)}?` : "";
}

function byDistance(name: string, known: readonly string[]): (readonly [name: string, distance: number])[] {
  // Data of files may hold anything where a name belongs.
  const begin = String(name).slice(0, LONGEST);
  return known.map((each) => [each, editDistance(begin, each)] as const).sort(([, a], [, b]) => a - b);
}

/** Letters to insert, remove, replace, or exchange with the next one. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
