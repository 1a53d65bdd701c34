import { InputError, show } from "../errors.ts";

/** A thing by its name, the things that it is made of, and its parameters as texts: what {@link parseSpec} reads. */
export interface Spec {
  readonly name: string;
  /** In parentheses: `"cascade(pgd,square)"`. */
  readonly of: readonly Spec[];
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Reads the one grammar in which attacks, training methods, protocols and backends are written:
 * `NAME[(SPEC,SPEC,...)][:KEY=VALUE,KEY=VALUE,...]`, such as `"pgd:steps=40,stepSize=2/255"`, `"wasm:threads=1"` or
 * `"adaptive(pgd:steps=20):backward=gate:0.1+gate:0.2"`.
 *
 * @param what named in errors: `"attack"`
 * @throws InputError that says where it stops making sense
 */
export function parseSpec(what: string, text: string): Spec {
  const reader = new SpecReader(what, text);
  const spec = reader.spec();
  reader.end();
  return spec;
}

/** The text that {@link parseSpec} reads as this. */
export function formatSpec({ name, of, params }: Spec): string {
  const parts = of.length > 0 ? `(${of.map(formatSpec).join(",")})` : "";
  const list = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  return `${name}${parts}${list.length > 0 ? `:${list.join(",")}` : ""}`;
}

class SpecReader {
  private at = 0;
  private readonly what: string;
  private readonly text: string;

  constructor(what: string, text: string) {
    this.what = what;
    this.text = text;
  }

  spec(): Spec {
    const name = this.take(/[^\s(),:=]+/y) ?? this.refuse("a name");
    const of: Spec[] = [];
    if (this.skip("(")) {
      do of.push(this.spec());
      while (this.skip(","));
      if (!this.skip(")")) this.refuse('"," or ")"');
    }
    return { name, of, params: this.skip(":") ? this.params() : {} };
  }

  end(): void {
    if (this.at < this.text.length) this.refuse("its end");
  }

  private params(): Record<string, string> {
    const params: Record<string, string> = {};
    do {
      const key = this.take(/[A-Za-z][\w-]*/y) ?? this.refuse("a parameter");
      if (!this.skip("=")) this.refuse(`"=" and the value of ${key}`);
      if (Object.hasOwn(params, key)) {
        throw new InputError(`The ${this.what} ${show(this.text)} has ${key} twice. Give it once.`);
      }
      params[key] = (this.take(/[^,()]+/y) ?? this.refuse(`the value of ${key}`)).trim();
    } while (this.nextParam());
    return params;
  }

  /** Within parentheses a comma may also begin the next spec, which has no `=` after its first word. */
  private nextParam(): boolean {
    return /^\s*,\s*[A-Za-z][\w-]*\s*=/.test(this.text.slice(this.at)) && this.skip(",");
  }

  private skip(mark: string): boolean {
    const found = this.take(/[(),:=]/y, false);
    if (found !== mark) return false;
    this.at = this.text.indexOf(mark, this.at) + 1;
    return true;
  }

  private take(pattern: RegExp, moves = true): string | undefined {
    const space = /\s*/y;
    space.lastIndex = this.at;
    space.exec(this.text);
    pattern.lastIndex = space.lastIndex;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined && moves) this.at = pattern.lastIndex;
    return found;
  }

  private refuse(expected: string): never {
    const found = this.at < this.text.length ? show(this.text.slice(this.at)) : "nothing";
    throw new InputError(
      `The ${this.what} ${show(this.text)} cannot be read: where ${expected} should stand there is ${found}. ` +
        'Write NAME, or NAME:KEY=VALUE,KEY=VALUE, such as "pgd:steps=40,stepSize=2/255".',
    );
  }
}
