import type { Classifier } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import { VICTIM_KINDS } from "./kinds/index.node.ts";
import type { OpenVictim, VictimImages, VictimSettings } from "./victim-settings.ts";

/**
 * Opens what {@link describeVictim} found, for these images, on the backend that is in use.
 *
 * @throws InputError for a model that cannot be loaded, and one that takes other images or tells other classes apart
 */
export async function openVictim(settings: VictimSettings, images: VictimImages): Promise<OpenVictim> {
  const kind = VICTIM_KINDS.find(({ name }) => name === settings.kind);
  if (kind === undefined) throw new InputError(`There is no kind of models called ${show(settings.kind)}.`);
  const victim = await kind.open(settings, images);
  try {
    checkFit(settings.what, victim.classifier, images);
    return victim;
  } catch (error) {
    await victim.dispose();
    throw error;
  }
}

function checkFit(what: string, { inputShape, numClasses }: Classifier, images: VictimImages): void {
  const { name = "The images", shape } = images;
  if (show(shape) !== show(inputShape)) {
    throw new InputError(
      `${name} are of shape ${show(shape)} (height, width, channels), but the model ${show(what)} takes ${show(inputShape)}. ` +
        "Use the data set that it was made for.",
    );
  }
  if (images.numClasses === numClasses) return;
  throw new InputError(
    `${name} have ${images.numClasses} classes, but the model ${show(what)} tells ${numClasses} apart. ` +
      "Use the data set that it was made for.",
  );
}
