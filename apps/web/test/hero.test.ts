import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import type { Hero, HeroAttack } from "../hero/figure.ts";
import { DUELS } from "../src/compute/duels.ts";
import { glyph } from "../src/compute/glyph.ts";
import { attackImage } from "../src/compute/image-attack.ts";
import { SIDE } from "../src/compute/side.ts";
import { startPageBackend } from "../src/compute/start-backend.ts";
import { shippedNet } from "./_files.ts";

const [IMAGE, EPS] = [9, 0.1];

function png(image: ArrayLike<number>): string {
  const data = Uint8Array.from(image, (value) => Math.round(255 * value));
  return Buffer.from(encode({ width: SIDE, height: SIDE, channels: 1, data })).toString("base64");
}

test("the first figure is what the attacks do: ReLU is broken, k-WTA holds, until one looks past the jumps", async () => {
  await startPageBackend({ backend: "wasm:threads=1", broken: [] }, () => {});
  const nets = { relu: await shippedNet("relu"), kwta: await shippedNet("kwta") };
  const attacks: Record<string, HeroAttack> = {};
  for (const { id, net, attack } of DUELS.slice(0, 3)) {
    const image = glyph(IMAGE);
    const request = { net, attack, image, label: IMAGE, id: IMAGE, eps: EPS, seed: 0 };
    const other = nets[net === "relu" ? "kwta" : "relu"].classifier;
    const { success, predicted, gradients, points } = await attackImage(
      nets[net].classifier,
      other,
      request,
      () => {},
      undefined,
    );
    attacks[id] = { success, predicted, gradients, end: png(points.subarray(-SIDE * SIDE)) };
  }
  for (const { model } of Object.values(nets)) model.dispose();
  expect(Object.values(attacks).map(({ success }) => success)).toEqual([true, false, true]);
  const hero: Hero = { label: IMAGE, eps: EPS, image: png(glyph(IMAGE)), attacks: attacks as Hero["attacks"] };
  const file = fileURLToPath(new URL("../hero/hero.json", import.meta.url));
  await expect(`${JSON.stringify(hero, undefined, 2)}\n`).toMatchFileSnapshot(file);
});
