/** Numbers that others have published, for beside our own. */
export interface Published {
  readonly dataset: string;
  readonly network: string;
  /** As in the rows of the table. */
  readonly method: string;
  readonly activation: string;
  /** As in the columns of the table. */
  readonly column: string;
  /** A share. */
  readonly value: number;
  /** Where it was read. */
  readonly source: string;
}

const CIFAR = { dataset: "cifar10", network: "ResNet18" } as const;
const AUTHORS = { method: "adversarial", activation: "kwta:0.1" } as const;
const DENSE = { ...AUTHORS, dataset: "cifar10", network: "DenseNet121" } as const;
const REPRODUCTION = "Usluel, Golod: a reproduction (2020), other nets and images of 224 pixels";
const BOARD = "RobustBench's entry of the paper";

/** What of the paper's tables, and about its nets, could be read in public; the tables themselves could not. */
export const PUBLISHED: readonly Published[] = [
  {
    ...CIFAR,
    method: "standard",
    activation: "kwta:0.1",
    column: "pgd",
    value: 0.133,
    source: "the paper, as cited by Usluel, Golod",
  },
  {
    ...CIFAR,
    ...AUTHORS,
    column: "clean",
    value: 0.6548,
    source: "the authors' net, robustness_workshop of W. Brendel",
  },
  { ...CIFAR, ...AUTHORS, column: "adaptive", value: 0.0016, source: "Tramèr et al. (2020), as RobustBench cites it" },
  { ...DENSE, column: "clean", value: 0.7928, source: BOARD },
  { ...DENSE, column: "worst", value: 0.524, source: "the paper, as RobustBench cites it" },
  { ...DENSE, column: "adaptive", value: 0.074, source: `${BOARD}: APGD-CE and 30 restarts of Square` },
  { ...CIFAR, method: "standard", activation: "relu", column: "clean", value: 0.929, source: REPRODUCTION },
  { ...CIFAR, method: "standard", activation: "relu", column: "pgd", value: 0, source: REPRODUCTION },
  { ...CIFAR, method: "standard", activation: "kwta:0.1", column: "clean", value: 0.857, source: REPRODUCTION },
  { ...CIFAR, method: "standard", activation: "kwta:0.1", column: "pgd", value: 0.503, source: REPRODUCTION },
  { ...CIFAR, method: "standard", activation: "kwta:0.2", column: "clean", value: 0.915, source: REPRODUCTION },
  { ...CIFAR, method: "standard", activation: "kwta:0.2", column: "pgd", value: 0.166, source: REPRODUCTION },
];
