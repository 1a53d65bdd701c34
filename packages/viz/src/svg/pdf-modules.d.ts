/** Neither package has types; these are what `svgToPdf` uses of them. */

declare module "pdfkit" {
  export default class PDFDocument {
    constructor(options: { size: [number, number]; margin: number; info: { CreationDate: Date } });
    registerFont(name: string, font: Uint8Array): void;
    on(event: "data", listener: (chunk: Uint8Array) => void): void;
    on(event: "end", listener: () => void): void;
    on(event: "error", listener: (error: unknown) => void): void;
    end(): void;
  }
}

declare module "svg-to-pdfkit" {
  import type PDFDocument from "pdfkit";

  export default function draw(
    doc: PDFDocument,
    svg: string,
    x: number,
    y: number,
    options: {
      width: number;
      height: number;
      fontCallback: (family: string, bold: boolean) => string;
      warningCallback: (problem: string) => void;
    },
  ): void;
}
