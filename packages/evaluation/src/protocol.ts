import { gateSurrogate, gradientEstimate, pgd, type AttackPlugin, type Params } from "@kwta/attacks";

/** One attack of a protocol. */
export interface ProtocolEntry {
  /** Its name in reports: `"pgd"`. */
  readonly id: string;
  readonly attack: AttackPlugin;
  readonly params?: Params;
  /** Attack only the first so many samples: for expensive attacks. */
  readonly samples?: number;
}

/** A named list of attacks with frozen parameters. */
export interface Protocol {
  readonly id: string;
  readonly entries: readonly ProtocolEntry[];
}

/** @see {@link quickProtocol} */
export interface QuickProtocolOptions {
  /** Steps of PGD and of the gate surrogate. @defaultValue 40 */
  readonly steps?: number;
  /** Temperatures of the gate surrogate; PGD gets as many restarts. @defaultValue [0.1, 0.2, 0.3] */
  readonly temperatures?: readonly number[];
  /** Images for the gradient-estimate attack; 0 leaves it out. @defaultValue 20 */
  readonly estimateSamples?: number;
  /** Its stages: [iterations, queries an iteration]. @defaultValue 20 of 100, then 20 of 400 */
  readonly estimateLadder?: readonly (readonly [iterations: number, queries: number])[];
}

/**
 * What PGD says and what adaptive attacks say, in minutes: PGD; the gate surrogate with the same loss, steps, restarts
 * and number of gradients; the published gradient-estimate attack with a shorter ladder on fewer images.
 *
 * @see Tramèr, Carlini, Brendel, Madry: "On adaptive attacks to adversarial example defenses" (2020), section 5
 */
export function quickProtocol({
  steps = 40,
  temperatures = [0.1, 0.2, 0.3],
  estimateSamples = 20,
  estimateLadder = [
    [20, 100],
    [20, 400],
  ],
}: QuickProtocolOptions = {}): Protocol {
  const loop = { steps, loss: "margin", restarts: temperatures.length };
  const entries: ProtocolEntry[] = [
    { id: "pgd", attack: pgd, params: loop },
    { id: "gate", attack: gateSurrogate, params: { ...loop, temperatures } },
  ];
  if (estimateSamples > 0) {
    const params = { ladder: estimateLadder, sigma: "0.5 eps", stepSize: "0.3 eps" };
    entries.push({ id: "gradient-estimate", attack: gradientEstimate, params, samples: estimateSamples });
  }
  return { id: "quick@1", entries };
}
