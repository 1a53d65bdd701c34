/** What there is to know of a net before it is loaded. Every number comes from the files that training and evaluation left. */
export interface ModelCard {
  /** `DATASET/MODEL`, and `+METHOD` where it was not trained on images as they are: `"cifar10/resnet18-w16@relu+fast"`. */
  readonly name: string;
  /** Its id, as `createModel` of `@kwta/models` takes it. */
  readonly model: string;
  /** Height, width and channels of the images, which have values in [0, 1]. */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly classNames: readonly string[];
  readonly dataset: CardDataset;
  readonly training: CardTraining;
  readonly weights: CardWeights;
  readonly clean: CardClean;
  /** Of these weights, each by one command. */
  readonly evaluations: readonly CardEvaluation[];
}

/** What a net was trained on. */
export interface CardDataset {
  /** As `loadDataset` of `@kwta/datasets` takes it. */
  readonly name: string;
  readonly trainImages: number;
  readonly testImages: number;
  /** Where the files came from, and in what they differ from those that the name stands for. */
  readonly source: string;
  /** SHA-256 of all images and labels, as `run.json` has it. */
  readonly digest: string;
}

/** How a net was trained. */
export interface CardTraining {
  /** What trains it again. */
  readonly command: string;
  /** With its parameters: `"fast:eps=8/255"`. */
  readonly method: string;
  /** Of an incremental training: the sparsity ratio at whose end these weights were kept. */
  readonly gamma?: number;
  readonly seed: number;
  readonly epochs: number;
  /** From the start to the last checkpoint, beside other work on the same machine. */
  readonly seconds: number;
  /** The version of kwta. */
  readonly kwta: string;
  /** The backend with its parameters, and the threads that it had. */
  readonly backend: string;
  readonly threads: number;
}

/** A file of weights: safetensors in half precision, with the names and layouts of PyTorch. */
export interface CardWeights {
  readonly file: string;
  readonly bytes: number;
  /** As `sha256sum` prints it. */
  readonly sha256: string;
}

/** Accuracy without any attack, on all test images. */
export interface CardClean {
  readonly accuracy: CardRate;
  /** How many test images the weights of training, in single precision, classify correctly. */
  readonly correctBefore: number;
  /** How many are given another class by them. */
  readonly changed: number;
}

/** A share of n images, with its 95 % confidence interval (Wilson). */
export interface CardRate {
  readonly value: number;
  readonly count: number;
  readonly n: number;
  readonly low: number;
  readonly high: number;
}

/** What an evaluation found, shortened from its `report.json`. */
export interface CardEvaluation {
  /** What evaluates it again. */
  readonly command: string;
  /** With its parameters. */
  readonly protocol: string;
  readonly norm: string;
  /** Test images, the classes in their proportions. */
  readonly n: number;
  readonly clean: CardRate;
  /** At each eps, rising. */
  readonly robust: readonly CardRobust[];
  readonly backend: string;
  /** The version of kwta. */
  readonly kwta: string;
  /** Of all attacks. */
  readonly seconds: number;
  /** What the evaluation warns of. */
  readonly findings: readonly CardFinding[];
}

/** Robust accuracy at one eps: per-sample worst case, clean errors counted as not robust. */
export interface CardRobust {
  readonly eps: number;
  readonly accuracy: CardRate;
  /** Whether all attacks were run to their end; else the accuracy is an upper bound. */
  readonly complete: boolean;
  /** Whether a red flag says that the number is not to be believed. */
  readonly flagged: boolean;
  /** Each attack that counts, in their order. */
  readonly attacks: readonly CardAttack[];
}

/** What one attack left. */
export interface CardAttack {
  /** With all of its parameters: `"pgd:steps=40,stepSize=0.1 eps,..."`. */
  readonly attack: string;
  /** Whether it was run on all images that are classified correctly, or on those that stood after the attacks before it. */
  readonly on: "all" | "survivors";
  /** Images that its accuracy is of: those of the evaluation, or the first of them. */
  readonly n: number;
  /** Accuracy after it; where it ran on all, after it alone. */
  readonly accuracy: number;
}

/** A warning or a red flag. */
export interface CardFinding {
  readonly id: string;
  readonly severity: string;
  readonly seen: string;
}
