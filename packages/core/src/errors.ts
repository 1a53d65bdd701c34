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

/** A short, quoted picture of any value for an error message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (typeof value === "number" || value === null || value === undefined) return String(value);
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  const text = JSON.stringify(value);
  return text === undefined ? String(value) : text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Finds `name` in a list of known things.
 *
 * @throws InputError that lists what is known, the nearest first
 */
export function lookUp<T>(kind: string, name: string, known: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(known, name)) return known[name]!;
  const names = Object.keys(known).sort((a, b) => editDistance(name, a) - editDistance(name, b));
  throw new InputError(`Unknown ${kind} ${show(name)}. Known: ${names.join(", ")}.`);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
