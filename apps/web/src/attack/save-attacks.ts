import { DUELS } from "../compute/duels.ts";
import type { ImageAttack } from "../compute/image-attack.ts";
import type { Recording } from "../compute/record.ts";
import type { CardName } from "./duel-names.ts";

/** What the attacks of one image depended on. */
export interface AttackSettings {
  /** An embedded test image; -1 for the reader's own. */
  readonly image: number;
  readonly eps: number;
  readonly seed: number;
  /** The attack that the reader chose. */
  readonly own: string;
  /** The spec of the backend that computed. */
  readonly backend: string;
}

/** What is saved: every point that the attacks tried, with the nets' scores. */
export interface SavedAttacks extends AttackSettings {
  readonly attacks: Readonly<
    Record<string, Omit<ImageAttack, keyof Recording> & Readonly<Record<keyof Recording, number[]>>>
  >;
}

/** The attacks as a JSON text. */
export function attacksAsJson(settings: AttackSettings, results: ReadonlyMap<CardName, ImageAttack>): string {
  const attacks = [...results].map(
    ([id, result]) =>
      [
        id,
        {
          ...result,
          points: Array.from(result.points),
          logits: Array.from(result.logits),
          followed: Array.from(result.followed),
        },
      ] as const,
  );
  const saved: SavedAttacks = { ...settings, attacks: Object.fromEntries(attacks) };
  return JSON.stringify(saved);
}

/** One line for each attack: what it was and what came of it. */
export function attacksAsCsv(
  { image, eps, seed, own }: AttackSettings,
  results: ReadonlyMap<CardName, ImageAttack>,
): string {
  const head = "net,attack,image,eps,seed,label,clean,predicted,success,queries,gradients";
  const lines = [...results].map(([id, result]) => {
    const { net, attack } = DUELS.find((duel) => duel.id === id) ?? { net: "kwta", attack: own };
    const { label, cleanPredicted, predicted, success, queries, gradients } = result;
    return [net, `"${attack}"`, image, eps, seed, label, cleanPredicted, predicted, success, queries, gradients].join(
      ",",
    );
  });
  return `${[head, ...lines].join("\n")}\n`;
}
