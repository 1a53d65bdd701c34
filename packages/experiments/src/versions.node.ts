import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";

/** The versions that a result depends on. */
export function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return { kwta: version, node: process.versions.node, tfjs: tf.version_core };
}
