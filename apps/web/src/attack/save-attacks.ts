import { DUELS, type DuelName } from "../compute/attacks.ts";
import type { ImageAttack } from "../compute/image-attack.ts";
import { h } from "../ui/dom.ts";

/** What the attacks of one image depended on. */
export interface AttackSettings {
  /** An embedded test image; -1 for the reader's own. */
  readonly image: number;
  readonly eps: number;
  readonly seed: number;
  /** The spec of the backend that computed. */
  readonly backend: string;
}

/** What is saved: every point that the attacks tried, with the nets' scores. */
export interface SavedAttacks extends AttackSettings {
  readonly attacks: Readonly<
    Record<string, Omit<ImageAttack, "points" | "logits"> & { readonly points: number[]; readonly logits: number[] }>
  >;
}

/** Hands the reader the attacks as a JSON file. */
export function saveAttacks(settings: AttackSettings, results: ReadonlyMap<DuelName, ImageAttack>): void {
  const attacks = DUELS.flatMap(({ id }) => {
    const result = results.get(id);
    return result
      ? [[id, { ...result, points: Array.from(result.points), logits: Array.from(result.logits) }] as const]
      : [];
  });
  const saved: SavedAttacks = { ...settings, attacks: Object.fromEntries(attacks) };
  const address = URL.createObjectURL(new Blob([JSON.stringify(saved)], { type: "application/json" }));
  h("a", { href: address, download: "kwta-attacks.json" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
