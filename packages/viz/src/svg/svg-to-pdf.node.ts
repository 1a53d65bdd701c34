import { InputError } from "@kwta/core";
import { drawSvg } from "./draw-svg.node.ts";
import { fonts, missing } from "./fonts.node.ts";
import { readSvg, type SvgNode } from "./read-svg.ts";

/**
 * Turns a picture of this package into a PDF of one page in its size, with lines as lines and texts as text in DejaVu Sans, which is
 * embedded: the same SVG gives the same bytes on each machine. A width of `"240pt"` is 240 points; a pixel is three quarters of one.
 *
 * Needs two packages that are not installed with this one: `pdfkit` and `@fontsource/dejavu-sans`. They are loaded at the first
 * call.
 *
 * @throws InputError when one of them is missing, or the text is no SVG with a size, or holds what this package does not write
 */
export async function svgToPdf(svg: string): Promise<Uint8Array> {
  const root = readSvg(svg);
  const [width, height] = [points(root, "width"), points(root, "height")];
  const { PDFDocument, normal, bold } = await (loaded ??= load());
  const doc = new PDFDocument({ size: [width, height], margin: 0, info: { CreationDate: new Date(0) } });
  const chunks: Uint8Array[] = [];
  const written = new Promise<void>((resolve, reject) => {
    doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    doc.on("end", resolve);
    doc.on("error", reject);
  });
  doc.registerFont("normal", normal);
  doc.registerFont("bold", bold);
  drawSvg(doc, root, { width, height });
  doc.end();
  await written;
  return Buffer.concat(chunks);
}

/** The size of the outermost element, in points. */
function points({ attributes }: SvgNode, name: "width" | "height"): number {
  const found = /^([\d.]+)(pt|px)?$/.exec(attributes[name] ?? "");
  if (found === null) throw new InputError(`A PDF needs to know its size, and this SVG has no ${name}.`);
  return Number(found[1]) * (found[2] === "pt" ? 1 : 0.75);
}

interface Writer {
  readonly PDFDocument: typeof import("pdfkit").default;
  readonly normal: Uint8Array;
  readonly bold: Uint8Array;
}

let loaded: Promise<Writer> | undefined;

async function load(): Promise<Writer> {
  try {
    const [pdfkit, [normal, bold]] = await Promise.all([import("pdfkit"), fonts()]);
    return { PDFDocument: pdfkit.default, normal, bold };
  } catch (error) {
    loaded = undefined;
    throw new InputError(missing("PDF", "pdfkit @fontsource/dejavu-sans", error));
  }
}
