import { Buffer } from "node:buffer";
import { decode } from "fast-png";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contactSheet, encodePng, imageGrid, perturbationImage, pngDataUri } from "../src/index.ts";
import { attackGrid } from "./sample.ts";
import { expectWellFormed } from "./well-formed.ts";

test("bytes survive the way through a PNG, and base64 is Node's", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 3, 4),
      fc.infiniteStream(fc.nat(255)),
      (height, width, channels, values) => {
        const image = Uint8Array.from({ length: height * width * channels }, () => values.next().value as number);
        const { png, invalid } = encodePng({ image, shape: [height, width, channels] });
        const back = decode(png);
        expect([back.height, back.width, back.channels, invalid]).toEqual([height, width, channels, 0]);
        expect(Uint8Array.from(back.data)).toEqual(image);
        expect(pngDataUri(png)).toBe(`data:image/png;base64,${Buffer.from(png).toString("base64")}`);
      },
    ),
  );
});

test("a long PNG is encoded in base64 too", () => {
  const png = Uint8Array.from({ length: 200_001 }, (_, i) => (i * 31) % 256);
  expect(pngDataUri(png)).toBe(`data:image/png;base64,${Buffer.from(png).toString("base64")}`);
});

test("floats become the nearest of 256 levels, NaN becomes 0 and is counted", () => {
  const image = Float32Array.of(0, 0.5, 1, 128 / 255, NaN, 1.0002);
  const { png, invalid } = encodePng({ image, shape: [2, 3, 1] });
  expect([...decode(png).data]).toEqual([0, 128, 255, 128, 0, 255]);
  expect(invalid).toBe(1);
  const html = imageGrid({ columns: [{ title: "a" }], rows: [{ cells: [{ image, shape: [2, 3, 1] }] }] });
  expect(html).toContain("1 value is not finite, drawn as 0");
});

test("images that cannot be drawn are refused with a reason", () => {
  const image = new Float32Array(12);
  expect(() => encodePng({ image, shape: [2, 2, 2] })).toThrow(/1, 3 or 4 channels/);
  expect(() => encodePng({ image, shape: [3, 3, 1] })).toThrow(/has 9 values, but 12 were given/);
  expect(() => encodePng({ image: image.fill(200), shape: [2, 2, 3] })).toThrow(/divide by 255/);
  expect(() => imageGrid({ columns: [], rows: [{ cells: [null] }] })).toThrow(/1 cells, but there are 0 columns/);
});

test("a perturbation is grey where nothing changed and says its scale", () => {
  const eps = 8 / 255;
  const drawn = perturbationImage(Float32Array.of(0, eps, -eps, eps / 2), [2, 2, 1], eps);
  expect([...drawn.image]).toEqual([128, 255, 0, 191]);
  expect(drawn.caption).toBe("grey is 0, white +8/255");
  const odd = perturbationImage(Float32Array.of(NaN, 0.5, -0.5, 0.3), [2, 2, 1], 0.3);
  expect([...odd.image]).toEqual([128, 255, 0, 255]);
  expect(odd.caption).toBe("grey is 0, white +0.3; 2 values beyond; 1 not finite");
  expect(() => perturbationImage(new Float32Array(4), [2, 2, 1], 0)).toThrow(/eps is 0/);
});

test("a grid embeds each image once, with words for those who cannot see it", () => {
  const html = imageGrid(attackGrid);
  expectWellFormed(html);
  expect(html.match(/<img /g)).toHaveLength(18);
  expect(html).toContain(`alt="image 17, adversarial, 0 → 2, margin −0.30"`);
  expect(html).toContain("✗ 0 → 2");
  expect(html).toContain("✓ still 7");
  expect(imageGrid({ columns: [], rows: [] })).toContain("No images");
  const evil = `"><script>`;
  const cell = { image: new Uint8Array(1), shape: [1, 1, 1] as const, caption: evil };
  expect(imageGrid({ columns: [{ title: evil }], rows: [{ label: evil, cells: [cell] }] })).not.toContain("<script");
});

test("a contact sheet puts every pixel where it belongs", () => {
  const image = (value: number) => ({ image: new Uint8Array(6).fill(value), shape: [1, 2, 3] as const });
  const sheet = decode(contactSheet([image(10), image(20), image(30)], { columns: 2, scale: 2, gap: 1 }));
  expect([sheet.width, sheet.height, sheet.channels]).toEqual([11, 7, 3]);
  const red = Array.from({ length: 7 }, (_, y) => Array.from({ length: 11 }, (__, x) => sheet.data[(y * 11 + x) * 3]!));
  const g = 128;
  const top = [g, 10, 10, 10, 10, g, 20, 20, 20, 20, g];
  const bottom = [g, 30, 30, 30, 30, g, g, g, g, g, g];
  const gap = new Array(11).fill(g);
  expect(red).toEqual([gap, top, top, gap, bottom, bottom, gap]);
  expect(() => contactSheet([])).toThrow(/at least one image/);
  expect(() => contactSheet([image(1), { image: new Uint8Array(1), shape: [1, 1, 1] }])).toThrow(/one shape/);
});
