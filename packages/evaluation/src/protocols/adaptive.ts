import {
  adaptive,
  apgd,
  cascade,
  eot,
  gradientEstimate,
  malt,
  pgd,
  square,
  type Attack,
  type AttackLike,
} from "@kwta/attacks";
import { inBalls } from "./in-balls.ts";
import { defineProtocol, type ProtocolEntryDefinition, type ProtocolMaker } from "./protocol.ts";
import { STANDARD } from "./standard.ts";

const onMargin = adaptive(apgd({ loss: "margin" }), { backward: ["gate:0.2", "gate:0.1", "gate:0.3"] });
const onCrossEntropy = adaptive(apgd, { backward: ["gate:0.2"] });

/** Of what noise smooths: gradients through the gate, over 4 draws. */
const smoothed = (sigma: string): Attack => eot(apgd({ steps: 60, loss: "margin" }), { draws: 4, sigma });

/** What sees through k-WTA, the cheapest first. */
const THROUGH_THE_GATE: readonly ProtocolEntryDefinition[] = [
  { id: "gate", attack: cascade(onMargin, onCrossEntropy), start: "best" },
  { id: "gate-malt", attack: atGate(malt({ steps: 50 })) },
  { id: "gate-eot", attack: atGate(cascade(smoothed("0.25 eps"), smoothed("0.5 eps"))), norms: ["linf"] },
  // In the other order than the first time, so that no run begins where it did then.
  { id: "gate-again", attack: cascade(onCrossEntropy, onMargin), rounds: 4 },
];

/** What needs no gradient: the first breaks what no gradient reaches, the second says something about the others. */
const BLACK_BOXES: readonly ProtocolEntryDefinition[] = [
  { id: "square", attack: square },
  {
    id: "gradient-estimate",
    attack: gradientEstimate({ ladder: [[20, 100]], sigma: "0.5 eps", stepSize: "0.3 eps" }),
    samples: 50,
    role: "diagnostic",
    norms: ["linf"],
  },
];

/**
 * The worst case of a network that hides its gradient in choosable layers. First what such a defence claims: PGD and APGD on
 * the exact gradient. Then, each on what stands: APGD through the gate at three temperatures on the margin, and on the
 * cross-entropy; targeted APGD for the classes whose borders are nearest; gradients smoothed by noise; and the first of these
 * in rounds from other starts until one breaks nothing, whose count is the error bar; then Square. The gradient estimate
 * follows on what is left of the first 50 images, as a diagnostic. Networks without such layers get `standard` after PGD.
 *
 * @see Tramèr, Carlini, Brendel, Madry: "On adaptive attacks to adversarial example defenses" (2020), for why
 */
export const adaptiveProtocol: ProtocolMaker<Readonly<Record<never, never>>> = defineProtocol({
  id: "adaptive",
  version: 3,
  summary:
    "k-WTA's worst case: PGD, APGD, then APGD through the gate in rounds until one breaks nothing, and Square; standard for other nets; linf, l2, l1. 1,900 to 3,100 gradients and 5,000 queries of a sample that stands, 50 of most others.",
  params: {},
  entries: () =>
    inBalls([
      { id: "pgd", attack: pgd },
      { id: "apgd-ce", attack: apgd, on: "survivors", nets: "choosable" },
      ...THROUGH_THE_GATE.map(onSurvivors),
      ...BLACK_BOXES.map(onSurvivors),
      ...STANDARD.map((entry) => ({ ...entry, nets: "plain" as const })),
    ]),
});

function atGate(attack: AttackLike): Attack {
  return adaptive(attack, { backward: ["gate:0.2"] });
}

function onSurvivors(entry: ProtocolEntryDefinition): ProtocolEntryDefinition {
  return { ...entry, on: "survivors", nets: "choosable" };
}
