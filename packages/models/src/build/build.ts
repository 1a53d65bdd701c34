import { activationLayer } from "@kwta/op";
import { input, model, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { checkNetwork, inputErrors, perStage } from "./checks.ts";
import { initialise } from "./initialise.ts";
import { apply } from "./layers.ts";
import { normalize } from "./normalization.ts";
import { rehearse } from "./rehearse.ts";
import type { Initialiser, NetworkConfig } from "./network.ts";

/** What {@link build} needs beside the layers. */
interface Plan {
  /** Name of the model. */
  readonly name: string;
  readonly config: Omit<NetworkConfig, "inputShape"> & {
    readonly inputShape: readonly number[];
    readonly width: number;
  };
  /** What the stages are, one word each, for a list of activations. */
  readonly stages: readonly string[];
  /** The authors' choice for this network. */
  readonly initialiser: Initialiser;
  /** Whether samples may be rows instead of images. @defaultValue false */
  readonly rows?: boolean;
}

/** Puts the activation of a stage, counted from 0, behind `x`. */
export type Slot = (x: SymbolicTensor, name: string, stage: number) => SymbolicTensor;

/** A residual block. */
export interface BlockOptions {
  readonly name: string;
  readonly filters: number;
  readonly stride: number;
  readonly stage: number;
  readonly slot: Slot;
}

/** Checks the configuration, builds the layers from input to logits, and gives them their initial weights. */
export function build(plan: Plan, body: (x: SymbolicTensor, slot: Slot) => SymbolicTensor): LayersModel {
  const { name, config, stages } = plan;
  checkNetwork(config, plan.rows ?? false);
  const activations = perStage(config.activation, stages);
  return inputErrors(() => {
    const inputs = input({ shape: [...config.inputShape], name: "input" });
    const slot: Slot = (x, slotName, stage) => apply(x, activationLayer(activations[stage]!, { name: slotName }));
    rehearse(name, () => body(inputs, slot));
    const images = config.normalization ? normalize(inputs, config.normalization) : inputs;
    const net = model({ inputs, outputs: body(images, slot), name });
    try {
      initialise(net, config.initialiser ?? plan.initialiser, config.seed ?? 0);
      return net;
    } catch (error) {
      net.dispose();
      throw error;
    }
  });
}
