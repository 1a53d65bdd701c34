import { noticeError } from "../notice.ts";
import { h } from "./dom.ts";
import { pictureOf } from "./picture-of.ts";

/** Hands the reader a file. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** {@link saveFile} for a text. */
export function saveText(name: string, type: string, text: string): void {
  saveFile(name, new Blob([text], { type }));
}

/** Two buttons that save what a person sees of a figure. */
export function pictureSavers(name: string, figure: HTMLElement): HTMLElement[] {
  const button = (type: "png" | "svg", save: () => unknown): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        id: `${name}-${type}`,
        "aria-label": `Save the picture as ${type.toUpperCase()}`,
        click: () => void save(),
      },
      type.toUpperCase(),
    );
  const file = `kwta-${name}`;
  return [
    button("png", () => pngOf(figure).then((png) => saveFile(`${file}.png`, png), noticeError)),
    button("svg", () => saveText(`${file}.svg`, "image/svg+xml", pictureOf(figure).svg)),
  ];
}

/** {@link pictureSavers} below a figure that has nothing else to be saved. */
export function saverRow(name: string, figure: HTMLElement): HTMLElement {
  return h("p", { class: "savers" }, "Save the picture ", ...pictureSavers(name, figure));
}

/** Twice as many pixels as on an ordinary screen. */
const SCALE = 2;

async function pngOf(figure: HTMLElement): Promise<Blob> {
  const { svg, width, height } = pictureOf(figure);
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: SCALE * width, height: SCALE * height });
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => {
      canvas.toBlob((png) =>
        png ? done(png) : fail(new Error("This browser cannot write the picture. Save it as SVG.")),
      );
    });
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
