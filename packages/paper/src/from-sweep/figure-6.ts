import { InputError } from "@kwta/core";
import type { Accuracies } from "../shared/accuracies/data.ts";
import type { Figure6Data, TrainingSweep } from "../figure-6/data.ts";
import { attackLabelsOf } from "./only-value.ts";
import { accuraciesAt, commonEpsilons, onlyOne, type SweepNet } from "./sweep-nets.ts";

/**
 * Figure 6 of a sweep: standard trainings at several sparsity ratios, and an incremental one, evaluated at the same ratios by the
 * axis `gamma` of evaluations; for each network that has both.
 */
export function figure6Of(all: readonly SweepNet[]): Figure6Data {
  const nets = all.filter(({ method, gamma }) => ["standard", "incremental"].includes(method) && gamma !== undefined);
  const labels = [...new Set(nets.map(({ architecture }) => architecture))];
  const networks = labels.flatMap((label) =>
    networksOf(
      label,
      nets.filter(({ architecture }) => architecture === label),
    ),
  );
  if (networks.length === 0) {
    throw new InputError(
      'Figure 6 of a sweep needs evaluations of a training of --method incremental at some "gamma", and of standard trainings at the same ones.',
    );
  }
  return { attacks: attackLabelsOf(nets), networks };
}

function networksOf(label: string, nets: readonly SweepNet[]): TrainingSweep[] {
  const at = (method: string, gamma: number): SweepNet | undefined =>
    onlyOne(
      nets.filter((net) => net.method === method && net.gamma === gamma),
      `${label}, ${method}, γ = ${gamma}`,
    );
  const gammas = [...new Set(nets.flatMap(({ gamma }) => gamma ?? []))].sort((a, b) => a - b);
  const pairs = gammas.map((gamma) => ({
    gamma,
    direct: at("standard", gamma),
    incremental: at("incremental", gamma),
  }));
  if (!pairs.some(({ direct, incremental }) => direct !== undefined && incremental !== undefined)) return [];
  return commonEpsilons(nets).map((eps) => {
    const there = (net: SweepNet | undefined): Accuracies | null => (net === undefined ? null : accuraciesAt(net, eps));
    return {
      label,
      eps,
      rows: pairs.map(({ gamma, direct, incremental }) => ({
        gamma,
        direct: there(direct),
        incremental: there(incremental),
      })),
    };
  });
}
