import { escapeXml } from "./escape-xml.ts";

/** What is no part of a picture: what one presses, chooses or drags, and what names it. */
const LEFT_OUT = "button, input, select, label, details, .field, .controls, .toolbar, .savers, .hidden, [hidden]";

const MARGIN = 12;

/** A picture of an element as SVG text, and its size. */
export interface ElementPicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/**
 * What a person sees of an element, each thing where it stands: boxes and texts as such, drawings as they are, canvases as
 * images. All styles are written into it, so that any program shows the same.
 */
export function pictureOf(root: HTMLElement): ElementPicture {
  const parts: string[] = [];
  const drawn = new Extent();
  walk(root, parts, drawn);
  const { left, top, right, bottom } = drawn;
  const [x, y] = [left - MARGIN, top - MARGIN];
  const [width, height] = [right - left + 2 * MARGIN, bottom - top + 2 * MARGIN].map(Math.ceil) as [number, number];
  const page = getComputedStyle(document.body).backgroundColor;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${round(x)} ${round(y)} ${width} ${height}">` +
    `<rect x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" fill="${page}"/>${parts.join("")}</svg>`;
  return { svg, width, height };
}

/** How far the drawn things reach. */
class Extent {
  left = Infinity;
  top = Infinity;
  right = -Infinity;
  bottom = -Infinity;
  add(rect: DOMRect): void {
    this.left = Math.min(this.left, rect.left);
    this.top = Math.min(this.top, rect.top);
    this.right = Math.max(this.right, rect.right);
    this.bottom = Math.max(this.bottom, rect.bottom);
  }
}

function walk(element: Element, parts: string[], drawn: Extent): void {
  if (element.matches(LEFT_OUT)) return;
  const rect = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return;
  const faint = Number(style.opacity) < 1;
  if (faint) parts.push(`<g opacity="${style.opacity}">`);
  if (element instanceof SVGSVGElement) {
    if (element.childElementCount > 0) drawn.add(rect);
    parts.push(drawing(element, rect));
  } else if (element instanceof HTMLCanvasElement) {
    drawn.add(rect);
    parts.push(
      `<image ${placeOf(rect)} href="${element.toDataURL()}" preserveAspectRatio="none" style="image-rendering:${style.imageRendering}"/>`,
    );
  } else {
    const shape = box(rect, style);
    if (shape !== "") drawn.add(rect);
    parts.push(shape);
    for (const child of element.childNodes) {
      if (child instanceof Element) walk(child, parts, drawn);
      else if (child instanceof Text) parts.push(...textLines(child, style, drawn));
    }
  }
  if (faint) parts.push("</g>");
}

/** Its ground and its borders, as far as they can be seen. */
function box(rect: DOMRect, style: CSSStyleDeclaration): string {
  const sides = ["Top", "Right", "Bottom", "Left"] as const;
  const widths = sides.map((side) =>
    style[`border${side}Style`] === "none" ? 0 : Number.parseFloat(style[`border${side}Width`]),
  );
  const filled = !/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor);
  const whole = widths.every((width) => width > 0 && width === widths[0]);
  if (rect.width * rect.height === 0 && !widths.some(Boolean)) return "";
  const radius = Number.parseFloat(style.borderTopLeftRadius) || 0;
  const rx = style.borderTopLeftRadius.endsWith("%") ? (radius / 100) * rect.width : radius;
  const stroke = whole ? ` stroke="${style.borderTopColor}" stroke-width="${widths[0]}"` : "";
  const ground =
    filled || whole
      ? `<rect ${placeOf(rect)} rx="${round(Math.min(rx, rect.width / 2))}" fill="${filled ? style.backgroundColor : "none"}"${stroke}/>`
      : "";
  if (whole) return ground;
  const { left, top, right, bottom } = rect;
  const ends = [
    [left, top, right, top],
    [right, top, right, bottom],
    [left, bottom, right, bottom],
    [left, top, left, bottom],
  ];
  const lines = sides.map((side, i) => {
    const [x1, y1, x2, y2] = ends[i]!.map(round);
    if (widths[i] === 0) return "";
    const dashes = style[`border${side}Style`] === "dashed" ? ' stroke-dasharray="4 4"' : "";
    const colour = style[`border${side}Color`];
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${widths[i]}"${dashes}/>`;
  });
  return ground + lines.join("");
}

/** A text, line by line as the browser broke it. */
function textLines(node: Text, style: CSSStyleDeclaration, drawn: Extent): string[] {
  const lines: { text: string; rect: DOMRect }[] = [];
  const range = document.createRange();
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const [rect] = range.getClientRects();
    if (!rect || rect.width === 0) continue;
    drawn.add(rect);
    const last = lines.at(-1);
    if (last && Math.abs(last.rect.top - rect.top) < 2) last.text += ` ${word}`;
    else lines.push({ text: word, rect });
  }
  const ascent = ascentOf(style);
  return lines.map(
    ({ text, rect }) =>
      `<text x="${round(rect.left)}" y="${round(rect.top + ascent * rect.height)}" ${fontOf(style)} fill="${style.color}">${escapeXml(text)}</text>`,
  );
}

/** How much of a line of text is above its base. */
function ascentOf(style: CSSStyleDeclaration): number {
  measure ??= document.createElement("canvas").getContext("2d")!;
  measure.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = measure.measureText("x");
  return above / (above + below);
}

let measure: CanvasRenderingContext2D | undefined;

function fontOf({ fontFamily, fontSize, fontWeight }: CSSStyleDeclaration): string {
  return `font-family="${escapeXml(fontFamily)}" font-size="${fontSize}" font-weight="${fontWeight}"`;
}

/** What a style sheet may say of a drawing. */
const DRAWN = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-linecap",
  "opacity",
  "vector-effect",
  "text-anchor",
  "font-family",
  "font-size",
  "font-weight",
] as const;

/** A drawing with its styles in it. */
function drawing(svg: SVGSVGElement, rect: DOMRect): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  for (const [i, element] of from.entries()) {
    const style = getComputedStyle(element);
    for (const name of DRAWN) to[i]!.setAttribute(name, style.getPropertyValue(name));
    if (element instanceof SVGCircleElement) to[i]!.setAttribute("r", style.getPropertyValue("r"));
    to[i]!.removeAttribute("class");
  }
  copy.removeAttribute("class");
  for (const [name, value] of Object.entries({ x: rect.left, y: rect.top, width: rect.width, height: rect.height }))
    copy.setAttribute(name, String(round(value)));
  copy.setAttribute("overflow", getComputedStyle(svg).overflow);
  return new XMLSerializer().serializeToString(copy);
}

function placeOf({ left, top, width, height }: DOMRect): string {
  return `x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}"`;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
