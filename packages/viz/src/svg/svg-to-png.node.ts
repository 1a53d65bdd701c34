import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { InputError } from "@kwta/core";
import { FONT, fonts, missing } from "./fonts.node.ts";

/** How {@link svgToPng} draws. */
export interface SvgToPngOptions {
  /**
   * Width of the PNG in pixels.
   *
   * @defaultValue twice the width of the SVG
   */
  readonly width?: number;
}

/**
 * Draws SVG text as a PNG, with texts in DejaVu Sans whatever fonts the machine has, or has not: the same SVG gives the
 * same bytes on each machine.
 *
 * Needs two packages that are not installed with this one: `@resvg/resvg-wasm` (the renderer, WebAssembly) and
 * `@fontsource/dejavu-sans` (the font). They are loaded at the first call.
 *
 * @throws InputError when one of the two is missing, or the text is no SVG
 */
export async function svgToPng(svg: string, options: SvgToPngOptions = {}): Promise<Uint8Array> {
  const { Resvg, fontBuffers } = await (loaded ??= load());
  const { width } = options;
  if (width !== undefined && !(width >= 1 && width <= 16_384)) {
    throw new InputError(`A PNG of width ${width} cannot be drawn. Give a width from 1 to 16384 pixels.`);
  }
  const fitTo = width === undefined ? { mode: "zoom" as const, value: 2 } : { mode: "width" as const, value: width };
  const font = { fontBuffers, defaultFontFamily: FONT, sansSerifFamily: FONT };
  let image;
  try {
    image = new Resvg(svg, { fitTo, font });
  } catch (error) {
    throw new InputError(`This text cannot be drawn as SVG: ${error instanceof Error ? error.message : String(error)}`);
  }
  const rendered = image.render();
  const png = rendered.asPng();
  // Memory of WebAssembly is not freed by itself.
  rendered.free();
  image.free();
  return png;
}

type Renderer = Pick<typeof import("@resvg/resvg-wasm"), "Resvg"> & { readonly fontBuffers: Uint8Array[] };

let loaded: Promise<Renderer> | undefined;

async function load(): Promise<Renderer> {
  try {
    const wasm = await readFile(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm"));
    const fontBuffers = [...(await fonts())];
    const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
    await initWasm(wasm);
    return { Resvg, fontBuffers };
  } catch (error) {
    loaded = undefined;
    throw new InputError(missing("PNG", "@resvg/resvg-wasm @fontsource/dejavu-sans", error));
  }
}
