import { readFile } from "node:fs/promises";
import { makeNet, type Net } from "../src/compute/make-net.ts";
import type { NetName } from "../src/compute/playground.ts";

/** The address of a shipped net's file. */
export function netFile(name: NetName): URL {
  return new URL(`../models/small-cnn-${name}.safetensors`, import.meta.url);
}

/** A shipped net. */
export async function shippedNet(name: NetName): Promise<Net> {
  const file = new Uint8Array(await readFile(netFile(name)));
  return makeNet(file, name, name === "relu" ? "relu" : "kwta:0.1");
}
