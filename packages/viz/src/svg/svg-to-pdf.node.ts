import { InputError } from "@kwta/core";
import { fonts, missing } from "./fonts.node.ts";

/**
 * Turns SVG text into a PDF of one page in its size, with lines as lines and texts as text in DejaVu Sans, which is embedded: the
 * same SVG gives the same bytes on each machine. A width of `"240pt"` is 240 points; a pixel is three quarters of one.
 *
 * Needs three packages that are not installed with this one: `pdfkit`, `svg-to-pdfkit` and `@fontsource/dejavu-sans`. They are
 * loaded at the first call.
 *
 * @throws InputError when one of them is missing, or the text is no SVG with a size
 */
export async function svgToPdf(svg: string): Promise<Uint8Array> {
  const { PDFDocument, draw, normal, bold } = await (loaded ??= load());
  const [width, height] = [points(svg, "width"), points(svg, "height")];
  const doc = new PDFDocument({ size: [width, height], margin: 0, info: { CreationDate: new Date(0) } });
  const chunks: Uint8Array[] = [];
  const written = new Promise<void>((resolve, reject) => {
    doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    doc.on("end", resolve);
    doc.on("error", reject);
  });
  doc.registerFont("normal", normal);
  doc.registerFont("bold", bold);
  const problems: string[] = [];
  const ink = / color="([^"]+)"/.exec(svg)?.[1] ?? "#000";
  draw(doc, svg.replaceAll("currentColor", ink), 0, 0, {
    width,
    height,
    fontCallback: (_family, isBold) => (isBold ? "bold" : "normal"),
    warningCallback: (problem) => problems.push(problem),
  });
  doc.end();
  await written;
  if (problems.length > 0) throw new InputError(`This text cannot be drawn as PDF: ${problems.join("; ")}.`);
  return Buffer.concat(chunks);
}

/** The size of the outermost element, in points. */
function points(svg: string, name: "width" | "height"): number {
  const found = new RegExp(`^[^>]*? ${name}="([\\d.]+)(pt|px)?"`).exec(svg);
  if (found === null) throw new InputError(`A PDF needs to know its size, and this SVG has no ${name}.`);
  return Number(found[1]) * (found[2] === "pt" ? 1 : 0.75);
}

interface Writer {
  readonly PDFDocument: typeof import("pdfkit").default;
  readonly draw: typeof import("svg-to-pdfkit").default;
  readonly normal: Uint8Array;
  readonly bold: Uint8Array;
}

let loaded: Promise<Writer> | undefined;

async function load(): Promise<Writer> {
  try {
    const [pdfkit, toPdf, [normal, bold]] = await Promise.all([import("pdfkit"), import("svg-to-pdfkit"), fonts()]);
    return { PDFDocument: pdfkit.default, draw: toPdf.default, normal, bold };
  } catch (error) {
    loaded = undefined;
    throw new InputError(missing("PDF", "pdfkit svg-to-pdfkit @fontsource/dejavu-sans", error));
  }
}
