import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A file of `fixtures/make-fixtures.py`, unpacked. */
export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`fixtures/${name}.gz`, import.meta.url))));
}

/** A file of `fixtures/make-fixtures.py` that is not packed. */
export function rawFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

/** NHWC pixels of the images that the fixtures hold. */
export function expectedImages(size: number, salt: number): Uint8Array {
  return Uint8Array.from({ length: size * 3072 }, (_, at) => {
    const [i, pixel, channel] = [Math.floor(at / 3072), Math.floor(at / 3) % 1024, at % 3];
    return (7 * i + 1024 * channel + pixel + salt) % 256;
  });
}
