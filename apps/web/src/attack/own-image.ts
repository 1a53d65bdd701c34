import { InputError, show } from "@kwta/core";
import { SIDE } from "../compute/side.ts";

/**
 * The reader's picture as the nets take it: 28 x 28, light ink on dark ground.
 *
 * @throws InputError when the file is no image that this browser can read
 */
export async function readOwnImage(file: File): Promise<Float32Array> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new InputError(
      `${show(file.name)} is no image that this browser can read. Choose a PNG, JPEG, WebP or GIF with one digit in it.`,
    );
  });
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  // Transparent pictures lie on paper.
  context.fillStyle = "white";
  context.fillRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = "high";
  const scale = SIDE / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  context.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  picture.close();
  return lightOnDark(grey(context.getImageData(0, 0, SIDE, SIDE).data));
}

/** Brightness of each pixel, 0 to 1. */
export function grey(rgba: Uint8ClampedArray): Float32Array {
  return Float32Array.from({ length: rgba.length / 4 }, (_, i) => {
    return (0.299 * rgba[4 * i]! + 0.587 * rgba[4 * i + 1]! + 0.114 * rgba[4 * i + 2]!) / 255;
  });
}

/** The border tells the ground: where it is light, the picture is turned round. */
function lightOnDark(image: Float32Array): Float32Array {
  const border = image.filter((_, i) => i < SIDE || i >= SIDE * (SIDE - 1) || i % SIDE === 0 || i % SIDE === SIDE - 1);
  const ground = border.reduce((sum, value) => sum + value, 0) / border.length;
  return ground > 0.5 ? image.map((value) => 1 - value) : image;
}
