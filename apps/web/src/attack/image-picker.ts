import { SIDE } from "../compute/side.ts";
import { noticeError } from "../notice.ts";
import { h } from "../ui/dom.ts";
import { openDrawing } from "./drawing.ts";
import { readOwnImage } from "./own-image.ts";
import { drawPixels } from "./pixels.ts";

/** The row of images to choose from, and two ways to bring one's own. */
export interface ImagePicker {
  readonly element: HTMLElement;
  /** Marks an embedded image, or none. */
  show(id: number): void;
}

/** @see {@link ImagePicker} */
export function openImagePicker(
  images: readonly { readonly id: number; readonly image: Float32Array }[],
  onChoose: (id: number) => void,
  onOwn: (image: Float32Array) => void,
): ImagePicker {
  const buttons = images.map(({ id, image }) => {
    const canvas = h("canvas", { width: SIDE, height: SIDE });
    drawPixels(canvas, image);
    const label = `Image ${id}: a ${id % 10}`;
    return {
      id,
      button: h(
        "button",
        {
          type: "button",
          class: "thumb",
          "aria-label": label,
          "aria-pressed": "false",
          "data-image": id,
          click: () => onChoose(id),
        },
        canvas,
      ),
    };
  });
  const drawing = openDrawing(onOwn);
  const slate = h(
    "div",
    { class: "slate-holder", hidden: true },
    drawing.element,
    h(
      "div",
      {},
      h(
        "p",
        {},
        "Draw a digit. Whatever the nets take it for counts as right, and the attacks try to change their minds.",
      ),
      h("button", { type: "button", click: () => drawing.clear() }, "Clear"),
    ),
  );
  const draw = h(
    "button",
    {
      type: "button",
      id: "draw",
      "aria-expanded": "false",
      click: () => {
        slate.hidden = !slate.hidden;
        draw.setAttribute("aria-expanded", String(!slate.hidden));
      },
    },
    "Draw one",
  );
  const file = h("input", {
    id: "upload",
    type: "file",
    accept: "image/*",
    class: "file",
    change: () => {
      const chosen = file.files?.[0];
      file.value = "";
      if (chosen) void readOwnImage(chosen).then(onOwn).catch(noticeError);
    },
  });
  return {
    element: h(
      "div",
      { class: "picker" },
      h(
        "div",
        { class: "thumbs", role: "group", "aria-label": "Image to attack" },
        ...buttons.map(({ button }) => button),
        draw,
        h("label", { class: "button", for: "upload" }, file, "Open a file"),
      ),
      slate,
    ),
    show(shown) {
      for (const { id, button } of buttons) button.setAttribute("aria-pressed", String(id === shown));
    },
  };
}
