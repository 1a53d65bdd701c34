/** A part of a Vega-Lite specification. */
export type Layer = Readonly<Record<string, unknown>>;

/** One text at a fixed place of the picture, in pixels from the plot's upper left corner. */
export function textLayer(text: string | readonly string[], x: number, y: number, look: Layer): Layer {
  return {
    data: { values: [{}] },
    mark: { type: "text", text, align: "left", ...look },
    encoding: { x: { value: x }, y: { value: y } },
  };
}
