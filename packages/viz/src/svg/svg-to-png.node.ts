import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import { InputError } from "@kwta/core";
import { woffToTtf } from "./woff.ts";

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
  const { Resvg, fonts } = await (loaded ??= load());
  const { width } = options;
  if (width !== undefined && !(width >= 1 && width <= 16_384)) {
    throw new InputError(`A PNG of width ${width} cannot be drawn. Give a width from 1 to 16384 pixels.`);
  }
  const fitTo = width === undefined ? { mode: "zoom" as const, value: 2 } : { mode: "width" as const, value: width };
  const family = "DejaVu Sans";
  const font = { fontBuffers: fonts, defaultFontFamily: family, sansSerifFamily: family };
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

type Renderer = Pick<typeof import("@resvg/resvg-wasm"), "Resvg"> & { readonly fonts: Uint8Array[] };

let loaded: Promise<Renderer> | undefined;

async function load(): Promise<Renderer> {
  const require = createRequire(import.meta.url);
  let files;
  try {
    const paths = [
      require.resolve("@resvg/resvg-wasm/index_bg.wasm"),
      require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff"),
      require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff"),
    ];
    files = await Promise.all(paths.map((path) => readFile(path)));
  } catch (error) {
    loaded = undefined;
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(
      `PNG files need two packages: npm install @resvg/resvg-wasm @fontsource/dejavu-sans. The SVG needs none. (${reason})`,
    );
  }
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const [wasm, ...woffs] = files;
  await initWasm(wasm!);
  return { Resvg, fonts: woffs.map((woff) => woffToTtf(woff, inflateSync)) };
}
