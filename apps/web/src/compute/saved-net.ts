import { asClassifier } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import { openModel } from "@kwta/models";
import type { Net } from "./make-net.ts";
import type { NetFile } from "./nets.ts";
import { SIDE } from "./side.ts";

/**
 * A net that TensorFlow.js saved, of whatever layers.
 *
 * @param files those that the reader chose, among them the weight files that `json` names
 * @throws InputError that says why they do not fit
 */
export async function savedNet(json: NetFile, files: readonly NetFile[]): Promise<Net> {
  const model = await openModel(json.name, parsed(json), async (path) => {
    // Chosen one by one, files have no folder.
    const name = path.split("/").at(-1)!;
    const file = files.find((each) => each.name === name);
    if (file) return file.content;
    throw new InputError(`${show(json.name)} needs the file ${show(name)} too. Choose all of its files together.`);
  });
  try {
    const classifier = asClassifier(model);
    const { inputShape, numClasses } = classifier;
    if (String(inputShape) === String([SIDE, SIDE, 1]) && numClasses === 10) {
      return { id: json.name, model, classifier };
    }
    throw new InputError(
      `${show(json.name)} tells images of shape [${inputShape.join(", ")}] apart in ${numClasses} classes; this page has ` +
        `images of shape [${SIDE}, ${SIDE}, 1] and 10 classes.`,
    );
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function parsed({ name, content }: NetFile): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    throw new InputError(`${show(name)} holds no JSON. Choose the model.json that TensorFlow.js wrote.`);
  }
}
