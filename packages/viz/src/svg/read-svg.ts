import { InputError } from "@kwta/core";

/** An element of an SVG, or, by its name `""`, a piece of text. */
export interface SvgNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly SvgNode[];
  readonly text: string;
}

/**
 * Reads SVG as this package and Vega write it: elements, attributes in double quotes, text. No comments, no processing instructions.
 *
 * @throws InputError where it is anything else
 */
export function readSvg(svg: string): SvgNode {
  const root = open("", {});
  const stack = [root];
  for (const [piece, end, name, attributes, closed] of svg.matchAll(TOKENS)) {
    const parent = stack.at(-1)!;
    if (name === undefined) parent.children.push({ ...open("", {}), text: unescape(piece) });
    else if (end === "/") {
      if (stack.length === 1 || parent.name !== name) throw broken(`</${name}> ends nothing`);
      stack.pop();
    } else {
      const node = open(name, attributesOf(attributes ?? ""));
      parent.children.push(node);
      if (closed !== "/") stack.push(node);
    }
  }
  const first = root.children.find(({ name }) => name !== "");
  if (stack.length > 1) throw broken(`<${stack.at(-1)!.name}> has no end`);
  if (first?.name !== "svg") throw broken("it has no <svg>");
  return first;
}

/** An element with its end, its name, its attributes; or text up to the next one. */
const TOKENS = /<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|[^<]+/g;

interface OpenNode extends SvgNode {
  readonly children: SvgNode[];
}

function open(name: string, attributes: SvgNode["attributes"]): OpenNode {
  return { name, attributes, children: [], text: "" };
}

function attributesOf(text: string): SvgNode["attributes"] {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescape(value!)]),
  );
}

function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name)] ?? whole;
    return String.fromCodePoint(decimal === undefined ? parseInt(String(hex), 16) : Number(decimal));
  });
}

function broken(reason: string): InputError {
  return new InputError(`This text cannot be read as SVG: ${reason}.`);
}
