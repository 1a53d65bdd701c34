import { readFileSync } from "node:fs";

/** What one attack did to the image, as it stands in the page. */
export interface HeroAttack {
  readonly predicted: number;
  readonly success: boolean;
  readonly gradients: number;
  /** Where the attack ended, as a PNG in base64. */
  readonly end: string;
}

/** The first figure's numbers, made and held by the tests: `npx vitest run apps/web/test/hero.test.ts -u` makes them anew. */
export interface Hero {
  readonly label: number;
  readonly eps: number;
  /** The image, as a PNG in base64. */
  readonly image: string;
  readonly attacks: Readonly<Record<"relu-pgd" | "kwta-pgd" | "kwta-gate", HeroAttack>>;
}

/** What `hero.json` holds. */
export function readHero(): Hero {
  return JSON.parse(readFileSync(new URL("hero.json", import.meta.url), "utf8")) as Hero;
}

/** The figure as HTML, without any script: the switch is a pair of radio buttons. */
export function heroFigure({ label, eps, image, attacks }: Hero): string {
  const { "relu-pgd": relu, "kwta-pgd": pgd, "kwta-gate": gate } = attacks;
  return `<figure class="hero-figure">
  ${picture(image, "The image", `a ${label}`, "each pixel may change by " + eps)}
  ${picture(relu.end, "ReLU net, attacked", verdict(relu, label), `PGD, ${relu.gradients} gradients`, relu)}
  <div class="followed">${picture(pgd.end, "k-WTA net, attacked", verdict(pgd, label), `PGD, ${pgd.gradients} gradients`, pgd)}</div>
  <div class="past">${picture(gate.end, "k-WTA net, attacked", verdict(gate, label), `adaptive PGD, ${gate.gradients} gradients`, gate)}</div>
</figure>`;
}

function verdict({ success, predicted }: HeroAttack, label: number): string {
  return success ? `broken: taken for a ${predicted}` : `holds: still a ${label}`;
}

function picture(png: string, title: string, says: string, how: string, attack?: HeroAttack): string {
  const state = attack === undefined ? "" : attack.success ? " broken" : " holds";
  return `<div class="hero-card${state}"><h2>${title}</h2>
    <img src="data:image/png;base64,${png}" width="28" height="28" alt="${title}: ${says}" />
    <p><b>${says}</b><br /><small>${how}</small></p></div>`;
}
