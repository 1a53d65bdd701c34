/** Which images; see `openDataset`. */
export interface DatasetSettings {
  /** One of the `DATASETS` of `@kwta/datasets`. */
  readonly name: string;
  readonly dataDir?: string;
  /** Training images, a stratified subset. All of them where it is left out. */
  readonly subset?: number;
  /** Test images, a stratified subset. All of them where it is left out. */
  readonly testSize?: number;
  /** Height and width that the pictures of `folder` are scaled to. */
  readonly imageSize?: readonly [height: number, width: number];
  /** 1 for grey, 3 for colour; of the pictures of `folder`. */
  readonly channels?: 1 | 3;
  /** Of the drawing of the embedded sets, and of the choice of subsets. */
  readonly seed?: number;
}
