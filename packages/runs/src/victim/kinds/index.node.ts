import { http } from "./http.node.ts";
import type { VictimKind } from "./kind.ts";
import { onnx } from "./onnx.node.ts";
import { pretrained } from "./pretrained.node.ts";
import { run } from "./run.node.ts";
import { saved } from "./saved.node.ts";
import { weights } from "./weights.node.ts";

/** In the order in which they are tried: every other folder may be a saved model. */
export const VICTIM_KINDS: readonly VictimKind[] = [http, pretrained, onnx, weights, run, saved];
