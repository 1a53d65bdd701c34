import { encodeSafetensors } from "@kwta/core";
import { makeGlyphs } from "@kwta/datasets";
import { createModel, readStateDict } from "@kwta/models";
import { adam, train } from "@kwta/training";
import { SIDE } from "./side.ts";
import { BATCH, IMAGES, trainedId } from "./trained-net.ts";

/** A small-cnn to be trained on the embedded digits. */
export interface TrainNetRequest {
  /** `"relu"`, `"kwta:0.1"`. */
  readonly activation: string;
  /** Channels of the first layer. */
  readonly width: number;
  readonly epochs: number;
  readonly seed: number;
}

/** How the training goes. */
export type TrainNetEvent =
  /** After a step: on its batch. */
  | { readonly kind: "step"; readonly step: number; readonly loss: number; readonly accuracy: number }
  /** After an epoch: on test images, and the net so far, as {@link fileOf} has it. */
  | {
      readonly kind: "epoch";
      readonly step: number;
      readonly epoch: number;
      readonly testAccuracy: number;
      readonly file: Uint8Array;
    };

/** Trains, and tells of each step and each epoch: who stops it has the net of the last epoch. */
export async function trainNet(
  request: TrainNetRequest,
  emit: (event: TrainNetEvent) => void,
  signal: AbortSignal | undefined,
): Promise<undefined> {
  const { epochs, seed } = request;
  const data = await makeGlyphs("glyphs28", { ...IMAGES, signal });
  const model = createModel(trainedId(request), { inputShape: [SIDE, SIDE, 1], numClasses: 10, seed });
  try {
    await train(
      model,
      data.train,
      { epochs, batchSize: BATCH, learningRate: 0.01, optimizer: adam(), seed },
      {
        test: data.test,
        signal,
        onMetrics(metrics) {
          if (metrics.kind === "step") {
            const { step, loss, accuracy = Number.NaN } = metrics;
            emit({ kind: "step", step, loss, accuracy });
          } else if (metrics.kind === "epoch") {
            const { step, epoch, testAccuracy } = metrics;
            emit({ kind: "epoch", step, epoch, testAccuracy, file: fileOf(model, request) });
          }
        },
      },
    );
  } finally {
    model.dispose();
  }
  return undefined;
}

/** The weights in PyTorch's names and layout, and the activation, as `kwta models export` writes them. */
function fileOf(model: Parameters<typeof readStateDict>[0], { activation }: TrainNetRequest): Uint8Array {
  return encodeSafetensors({ tensors: readStateDict(model), metadata: { format: "pt", activation } });
}
