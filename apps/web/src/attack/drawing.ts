import { SIDE } from "../compute/side.ts";
import { h } from "../ui/dom.ts";
import { grey } from "./own-image.ts";

const SCALE = 10;

/** A slate to draw a digit on, by mouse, pen or finger. `onDrawn` gets the picture at the end of each stroke. */
export function openDrawing(onDrawn: (image: Float32Array) => void): { readonly element: HTMLElement; clear(): void } {
  const side = SIDE * SCALE;
  const canvas = h("canvas", { class: "slate", width: side, height: side, "aria-label": "Draw a digit here" });
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  const clear = (): void => {
    context.fillStyle = "black";
    context.fillRect(0, 0, side, side);
  };
  const place = ({ offsetX, offsetY }: PointerEvent): [number, number] => {
    return [(offsetX * side) / canvas.clientWidth, (offsetY * side) / canvas.clientHeight];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    Object.assign(context, { strokeStyle: "white", lineWidth: 2.3 * SCALE, lineCap: "round", lineJoin: "round" });
    context.beginPath();
    context.moveTo(...place(event));
    context.lineTo(...place(event));
    context.stroke();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    context.lineTo(...place(event));
    context.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    const small = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true })!;
    small.imageSmoothingQuality = "high";
    small.drawImage(canvas, 0, 0, SIDE, SIDE);
    onDrawn(grey(small.getImageData(0, 0, SIDE, SIDE).data));
  });
  clear();
  return { element: canvas, clear };
}
