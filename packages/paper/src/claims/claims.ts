/** The name of one of {@link CLAIMS}. */
export type ClaimId =
  | "pieces"
  | "activation"
  | "rough-logits"
  | "smooth-training"
  | "clean-falls"
  | "rise-and-fall"
  | "ahead-under-pgd"
  | "ahead-in-worst-case"
  | "ahead-in-table"
  | "ragged-loss"
  | "incremental"
  | "ragged-with-gamma"
  | "dense-changes"
  | "gradient-misleads"
  | "smoothing-breaks"
  | "gate-agrees"
  | "gate-breaks"
  | "weak-attack-flatters"
  | "width-helps"
  | "family-breaks";

/** A sentence that figures and tables judge. */
export interface Claim {
  readonly id: ClaimId;
  /** Whose it is: the paper's, its refutation's (Tramèr et al., 2020, section 5), or this project's. */
  readonly of: "paper" | "refutation" | "here";
  readonly text: string;
}

/** Every claim that is judged, the paper's first, in its order. Notes of figures name them. */
export const CLAIMS: readonly Claim[] = [
  {
    id: "pieces",
    of: "paper",
    text: "A wide k-WTA net fits its training points by short affine pieces with jumps between them (figure 1).",
  },
  {
    id: "activation",
    of: "paper",
    text: "k-WTA keeps the k largest values of a whole layer, unlike ReLU, max-pooling and LWTA (figure 2).",
  },
  {
    id: "rough-logits",
    of: "paper",
    text: "Along an adversarial perturbation the logits of k-WTA jump, and those of ReLU are smooth (figure 3a, b).",
  },
  {
    id: "smooth-training",
    of: "paper",
    text: "As weights move in training, the loss of k-WTA is about as smooth as that of ReLU (figure 3c).",
  },
  { id: "clean-falls", of: "paper", text: "Accuracy without attack falls with the sparsity ratio (figure 4)." },
  {
    id: "rise-and-fall",
    of: "paper",
    text: "As the sparsity ratio falls, accuracy under PGD rises, and then falls (figure 4).",
  },
  { id: "ahead-under-pgd", of: "paper", text: "Under PGD, k-WTA keeps more than ReLU (figure 4)." },
  {
    id: "ahead-in-worst-case",
    of: "paper",
    text: "Whatever the attack, k-WTA keeps more than ReLU after the same training (figure 4, tables).",
  },
  {
    id: "ahead-in-table",
    of: "paper",
    text: "In the worst case of the paper's own attacks, k-WTA keeps more than ReLU after the same training (tables).",
  },
  {
    id: "ragged-loss",
    of: "paper",
    text: "The loss surface around an image is more ragged for k-WTA than for ReLU (figure 5).",
  },
  {
    id: "incremental",
    of: "paper",
    text: "At small sparsity ratios incremental training is better than direct training (figure 6).",
  },
  {
    id: "ragged-with-gamma",
    of: "paper",
    text: "The smaller the sparsity ratio, the more ragged the loss surface (figure 7).",
  },
  {
    id: "dense-changes",
    of: "paper",
    text: "Steps of any size change the winners of k-WTA, and with them what it says (section 3).",
  },
  {
    id: "gradient-misleads",
    of: "refutation",
    text: "The gradient of k-WTA says less than that of ReLU of what the model does over a distance.",
  },
  {
    id: "smoothing-breaks",
    of: "refutation",
    text: "A gradient estimated from scores breaks what PGD leaves.",
  },
  {
    id: "gate-agrees",
    of: "here",
    text: "The gradient through a smooth gate says more of what k-WTA does over a distance than its own.",
  },
  {
    id: "gate-breaks",
    of: "here",
    text: "At the price of PGD, the same steps through a smooth gate break more of k-WTA.",
  },
  {
    id: "weak-attack-flatters",
    of: "here",
    text: "PGD as the authors' code has it, few steps of which the last counts, flatters k-WTA, and so do few steps or starts.",
  },
  { id: "width-helps", of: "here", text: "Wider k-WTA nets keep more under PGD." },
  {
    id: "family-breaks",
    of: "here",
    text: "Of every activation that hides its gradient, attacks through a gate leave less than AutoAttack's standard.",
  },
];
