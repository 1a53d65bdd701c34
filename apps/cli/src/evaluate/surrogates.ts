import type { Classifier } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import type { ProtocolEntry } from "@kwta/evaluation";
import type { OpenVictim, VictimImages } from "@kwta/runs";

/** Other models, whose adversarial points are tried on the victim. */
export interface Surrogates {
  /** The paper's transfer attack by way of each. */
  readonly entries: readonly ProtocolEntry[];
  dispose(): Promise<void>;
}

/**
 * Opens the models that `--surrogate` names, on the backend that is in use.
 *
 * @throws InputError for what cannot be opened, takes other images, or shows no gradient
 */
export async function openSurrogates(names: readonly string[], images: VictimImages): Promise<Surrogates> {
  const { describeVictim, openVictim } = await import("@kwta/runs");
  const { paperTransfer } = await import("@kwta/evaluation");
  const opened: OpenVictim[] = [];
  const dispose = async (): Promise<void> => {
    for (const each of opened) await each.dispose();
  };
  try {
    const entries: ProtocolEntry[] = [];
    for (const name of names) {
      const surrogate = await openVictim(await describeVictim(name), images);
      opened.push(surrogate);
      entries.push(paperTransfer(surrogate.classifier, await labelOf(name, surrogate.classifier)));
    }
    return { entries, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** With a part of its digest: what is kept of an attack goes by its name, and two models may share theirs. */
async function labelOf(name: string, { access = "gradient", digest }: Classifier): Promise<string> {
  if (access !== "gradient" || digest === undefined) {
    throw new InputError(
      `The surrogate ${show(name)} shows no gradient. Name a network: a run folder, a TensorFlow.js folder or pretrained:NAME.`,
    );
  }
  const words = name.replace(/^pretrained:/, "").replaceAll(/[^\w.]+/g, "-");
  return `${words.replaceAll(/^[-.]+|-+$/g, "")}-${(await digest()).slice(0, 8)}`;
}
