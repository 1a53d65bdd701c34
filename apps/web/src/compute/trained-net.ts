/** How many of the embedded digits a net is trained and tested on. */
export const IMAGES = { trainSize: 2000, testSize: 300 } as const;

/** Images of one step. */
export const BATCH = 50;

/** Steps of one epoch. */
export const EPOCH_STEPS = IMAGES.trainSize / BATCH;

/** The network's id: what `kwta evaluate --net` takes. */
export function trainedId({ width, activation }: { readonly width: number; readonly activation: string }): string {
  return `small-cnn-w${width}@${activation}`;
}
