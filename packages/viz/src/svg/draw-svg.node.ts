import { InputError } from "@kwta/core";
import type PDFDocument from "pdfkit";
import type { SvgNode } from "./read-svg.ts";

/** What elements inherit from those around them. */
interface Look {
  readonly color: string;
  readonly fill: string;
  readonly stroke: string;
  /** Of the element and all around it. */
  readonly opacity: number;
  readonly fillOpacity: number;
  readonly strokeOpacity: number;
  readonly width: number;
  readonly dash: readonly number[];
  readonly cap: "butt" | "round" | "square";
  readonly join: "miter" | "round" | "bevel";
  readonly fontSize: number;
  readonly bold: boolean;
  readonly anchor: string;
}

const INITIAL: Look = {
  color: "#000",
  fill: "#000",
  stroke: "none",
  opacity: 1,
  fillOpacity: 1,
  strokeOpacity: 1,
  width: 1,
  dash: [],
  cap: "butt",
  join: "miter",
  fontSize: 16,
  bold: false,
  anchor: "start",
};

/**
 * Draws an SVG onto a page: the elements that this package and Vega write, in the fonts `normal` and `bold` of the document. The
 * picture fills the page.
 *
 * @throws InputError for an element that it does not know: nothing is left out in silence
 */
export function drawSvg(
  doc: PDFDocument,
  svg: SvgNode,
  page: { readonly width: number; readonly height: number },
): void {
  const clips = new Map(clipsOf(svg));
  draw(svg, INITIAL, { ...page, x: "0", y: "0" });

  function draw(node: SvgNode, around: Look, placed: Record<string, string | number> = node.attributes): void {
    const { name, attributes } = node;
    if (name === "" || name === "defs" || attributes["display"] === "none") return;
    const look = inherited(attributes, around);
    doc.save();
    if (name === "svg") place(node, placed);
    else transform(attributes["transform"] ?? "");
    clipTo(attributes["clip-path"]);
    const shape = SHAPES[name];
    if (shape !== undefined) paint(shape(attributes), look);
    else if (name === "text") write(node, look);
    else if (name === "image") image(attributes);
    else if (name === "svg" || name === "g") for (const child of node.children) draw(child, look);
    else
      throw new InputError(
        `<${name}> cannot be drawn as PDF. What can be: svg, g, ${Object.keys(SHAPES).join(", ")}, text, image.`,
      );
    doc.restore();
  }

  function place({ attributes }: SvgNode, { x, y, width, height }: Record<string, string | number>): void {
    doc.translate(parseFloat(String(x ?? 0)), parseFloat(String(y ?? 0)));
    const box = numbers(attributes["viewBox"] ?? "");
    if (box.length !== 4) return;
    const [left, top, wide, high] = box as [number, number, number, number];
    const scale = Math.min(parseFloat(String(width ?? wide)) / wide, parseFloat(String(height ?? high)) / high);
    doc.scale(scale).translate(-left, -top);
  }

  function transform(text: string): void {
    for (const [, kind, list] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
      const [a = 0, b = 0, c = 0] = numbers(list!);
      if (kind === "translate") doc.translate(a, b);
      else if (kind === "rotate") doc.rotate(a, { origin: [b, c] });
      else if (kind === "scale") doc.scale(a, b === 0 ? a : b);
      else throw new InputError(`The transform ${kind} cannot be drawn as PDF. What can be: translate, rotate, scale.`);
    }
  }

  function clipTo(reference: string | undefined): void {
    const path = clips.get(/url\(#([^)]+)\)/.exec(reference ?? "")?.[1] ?? "");
    if (path !== undefined) doc.path(path).clip();
  }

  function paint(path: string, look: Look): void {
    if (path === "" || /^M[^A-Za-z]*$/.test(path)) return;
    if (look.fill !== "none")
      doc
        .path(path)
        .fillColor(look.fill, look.opacity * look.fillOpacity)
        .fill();
    if (look.stroke === "none" || look.width === 0) return;
    doc.lineWidth(look.width).lineCap(look.cap).lineJoin(look.join);
    if (look.dash.some((length) => length > 0)) doc.dash([...look.dash]);
    doc
      .path(path)
      .strokeColor(look.stroke, look.opacity * look.strokeOpacity)
      .stroke()
      .undash();
  }

  /** The text itself, or its lines. */
  function write({ attributes, children }: SvgNode, look: Look): void {
    const [x, y] = [Number(attributes["x"] ?? 0), Number(attributes["y"] ?? 0)];
    let down = 0;
    for (const child of children) {
      const line = child.name === "tspan" ? child.children : [child];
      down += Number(child.attributes["dy"] ?? 0);
      const text = line.map((part) => part.text).join("");
      doc
        .font(look.bold ? "bold" : "normal")
        .fontSize(look.fontSize)
        .fillColor(look.fill, look.opacity * look.fillOpacity);
      const width = doc.widthOfString(text);
      const left = look.anchor === "middle" ? x - width / 2 : look.anchor === "end" ? x - width : x;
      doc.text(text, left, y + down, { lineBreak: false, baseline: "alphabetic" });
    }
  }

  function image({ href = "", x = "0", y = "0", width = "0", height = "0" }: Record<string, string>): void {
    const bytes = Buffer.from(href.slice(href.indexOf(",") + 1), "base64");
    doc.image(bytes, Number(x), Number(y), { width: Number(width), height: Number(height) });
  }
}

/** Each shape as the data of a path. */
const SHAPES: Readonly<Record<string, (attributes: SvgNode["attributes"]) => string>> = {
  path: ({ d = "" }) => d,
  line: ({ x1 = "0", y1 = "0", x2 = "0", y2 = "0" }) => `M${x1} ${y1}L${x2} ${y2}`,
  rect: ({ x = "0", y = "0", width = "0", height = "0", rx = "0" }) =>
    roundedRect(Number(x), Number(y), Number(width), Number(height), Number(rx)),
  circle: ({ cx = "0", cy = "0", r = "0" }) => {
    const radius = Number(r);
    return `M${Number(cx) - radius} ${cy}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
  },
};

function roundedRect(x: number, y: number, width: number, height: number, rx: number): string {
  if (rx === 0) return `M${x} ${y}h${width}v${height}h${-width}Z`;
  const arc = (dx: number, dy: number): string => `a${rx} ${rx} 0 0 1 ${dx} ${dy}`;
  const [w, h] = [width - 2 * rx, height - 2 * rx];
  return `M${x + rx} ${y}h${w}${arc(rx, rx)}v${h}${arc(-rx, rx)}h${-w}${arc(-rx, -rx)}v${-h}${arc(rx, -rx)}Z`;
}

/** The path of each `<clipPath>`, by its id. */
function clipsOf(node: SvgNode): [string, string][] {
  const shape = node.children.find(({ name }) => name !== "");
  if (node.name !== "clipPath") return node.children.flatMap(clipsOf);
  return shape === undefined ? [] : [[node.attributes["id"] ?? "", SHAPES[shape.name]?.(shape.attributes) ?? ""]];
}

function inherited(attributes: SvgNode["attributes"], around: Look): Look {
  const number = (name: string, otherwise: number): number => {
    const value = attributes[name];
    return value === undefined || value === "" ? otherwise : parseFloat(value);
  };
  const color = attributes["color"] ?? around.color;
  const paintOf = (name: "fill" | "stroke"): string => {
    const value = attributes[name];
    return value === undefined ? around[name] : value === "currentColor" ? color : value;
  };
  const dash = attributes["stroke-dasharray"];
  const weight = attributes["font-weight"];
  return {
    color,
    fill: paintOf("fill"),
    stroke: paintOf("stroke"),
    opacity: around.opacity * number("opacity", 1),
    fillOpacity: number("fill-opacity", around.fillOpacity),
    strokeOpacity: number("stroke-opacity", around.strokeOpacity),
    width: number("stroke-width", around.width),
    dash: dash === undefined ? around.dash : dash === "none" ? [] : numbers(dash),
    cap: (attributes["stroke-linecap"] as Look["cap"] | undefined) ?? around.cap,
    join: (attributes["stroke-linejoin"] as Look["join"] | undefined) ?? around.join,
    fontSize: number("font-size", around.fontSize),
    bold: weight === undefined ? around.bold : weight === "bold" || Number(weight) >= 600,
    anchor: attributes["text-anchor"] ?? around.anchor,
  };
}

function numbers(list: string): number[] {
  return list
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map(Number);
}
