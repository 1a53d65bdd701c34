import type { WasmActivation, WasmActivationCall } from "@kwta/backend";
import { runSamples, selectBytes, type Samples } from "./samples.ts";

/** Activations of networks in one call. The last word of each is its gradient, as `networkGradient` says it. */
export const activations: readonly WasmActivation[] = [
  {
    name: "kwta",
    // The threshold.
    ownFloats: 1,
    forward(call, { x, y, own }) {
      const samples = { ...call, x, to: y, threshold: own, k: Number(call.words[0]) };
      runSamples(call, "kwta", samples, selectBytes(call.size));
    },
    backward(call, { dy, x, own, dx }) {
      const samples = { ...call, x, dy, to: dx, threshold: own };
      differentiate(call, samples, { exact: "kwtaGrad", gate: "kwtaGateGrad" });
    },
  },
  {
    name: "lwta",
    forward(call, { x, y }) {
      runSamples(call, "lwtaPass", { ...call, x, dy: x, to: y, group: Number(call.words[0]) });
    },
    backward(call, { dy, x, dx }) {
      const samples = { ...call, x, dy, to: dx, group: Number(call.words[0]) };
      differentiate(call, samples, { exact: "lwtaPass", gate: "lwtaGateGrad" });
    },
  },
  {
    name: "break-relu",
    forward(call, { x, y }) {
      runSamples(call, "breakReluPass", { ...call, x, dy: x, to: y, limit: -Number(call.words[0]) });
    },
    backward(call, { dy, x, dx }) {
      const samples = { ...call, x, dy, to: dx, limit: -Number(call.words[0]) };
      differentiate(call, samples, { exact: "breakReluPass", gate: "breakReluGateGrad" });
    },
  },
];

/** The gradient that the last word says, by a function for each kind that is the activation's own. */
function differentiate(
  call: WasmActivationCall,
  samples: Samples,
  functions: Readonly<Record<"exact" | "gate", string>>,
): void {
  const [kind, temperature] = call.words.at(-1)!.split(":") as [keyof typeof functions | keyof typeof LIMITS, string?];
  // A loser has no gradient, whatever it becomes.
  if (kind === "exact") runSamples(call, functions.exact, { ...samples, limit: 0 });
  else if (kind === "gate") runSamples(call, functions.gate, { ...samples, temperature: Number(temperature) });
  else runSamples(call, "passReaching", { ...samples, limit: LIMITS[kind] });
}

/** What values have to reach for other gradients; the smallest normal number stands for "above 0", as in the compositions. */
const LIMITS = { relu: 2 ** -126, "straight-through": -Infinity };
