/** The package has no types; these are what `svgToPdf` uses of it. */

declare module "pdfkit" {
  export default class PDFDocument {
    constructor(options: { size: [number, number]; margin: number; info: { CreationDate: Date } });
    registerFont(name: string, font: Uint8Array): void;
    on(event: "data", listener: (chunk: Uint8Array) => void): void;
    on(event: "end", listener: () => void): void;
    on(event: "error", listener: (error: unknown) => void): void;
    end(): void;
    save(): this;
    restore(): this;
    translate(x: number, y: number): this;
    scale(x: number, y?: number): this;
    rotate(degrees: number, options: { origin: [number, number] }): this;
    path(data: string): this;
    clip(): this;
    fill(): this;
    stroke(): this;
    fillColor(color: string, opacity: number): this;
    strokeColor(color: string, opacity: number): this;
    lineWidth(width: number): this;
    lineCap(cap: string): this;
    lineJoin(join: string): this;
    dash(lengths: number[]): this;
    undash(): this;
    font(name: string): this;
    fontSize(size: number): this;
    widthOfString(text: string): number;
    text(text: string, x: number, y: number, options: { lineBreak: false; baseline: "alphabetic" }): this;
    image(bytes: Uint8Array, x: number, y: number, size: { width: number; height: number }): this;
  }
}
