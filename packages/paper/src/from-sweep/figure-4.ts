import { InputError } from "@kwta/core";
import type { Figure4Data, GammaSweep } from "../figure-4/data.ts";
import { accuraciesAt, commonEpsilons, onlyOne, type SweepNet } from "./sweep-nets.ts";
import { attackLabelsOf, onlyValue } from "./only-value.ts";

/** Figure 4 of a sweep: an axis of sparsity ratios of one network by standard training, and the same with ReLU. */
export function figure4Of(all: readonly SweepNet[]): Figure4Data {
  const nets = all.filter(
    ({ method, gamma, activation }) => method === "standard" && (gamma !== undefined || activation === "relu"),
  );
  const gammas = [...new Set(nets.flatMap(({ gamma }) => gamma ?? []))].sort((a, b) => a - b);
  if (gammas.length < 2) {
    throw new InputError(
      `Figure 4 of a sweep needs trainings of two sparsity ratios or more, by standard training; it has ${gammas.length}.`,
    );
  }
  const label = onlyValue(nets, "architecture");
  const chosen = gammas.map((gamma) => ({
    gamma,
    net: onlyOne(
      nets.filter((net) => net.gamma === gamma),
      `γ = ${gamma}`,
    )!,
  }));
  const relu = onlyOne(
    nets.filter(({ activation }) => activation === "relu"),
    "ReLU",
  );
  const networks = commonEpsilons(
    relu === undefined ? chosen.map(({ net }) => net) : [relu, ...chosen.map(({ net }) => net)],
  ).map((eps): GammaSweep => ({
    label,
    eps,
    rows: chosen.map(({ gamma, net }) => ({ gamma, ...accuraciesAt(net, eps) })),
    relu: relu === undefined ? null : accuraciesAt(relu, eps),
  }));
  return { attacks: attackLabelsOf(nets), networks };
}
