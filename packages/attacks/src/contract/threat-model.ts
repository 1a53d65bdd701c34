import { InputError, lookUp, parseFraction, show } from "@kwta/core";
import { NORMS, type Norm } from "../norms/index.ts";
import { checkBounds, type Bounds } from "../norms/bounds.ts";
import { checkUnits } from "./units.ts";

/** What the attacker may do to an input: move it by at most `eps` in `norm`, inside `bounds`. */
export interface ThreatModel {
  readonly norm: Norm;
  /** In the units of the data. */
  readonly eps: number;
  readonly bounds: Bounds;
}

/** What {@link threatModel} takes; every `ThreatModel` is one. */
export interface ThreatModelOptions {
  readonly norm: Norm;
  /**
   * In the units of the data: `0.03` or, as a fraction, `"8/255"`; in L0 the number of values. `Infinity` where the nearest
   * adversarial point is looked for.
   */
  readonly eps: number | string;
  /** @defaultValue `{ min: 0, max: 1 }` */
  readonly bounds?: Bounds | undefined;
}

/**
 * Describes what an attacker may do.
 *
 * @returns frozen
 * @throws InputError when `eps` is negative, not a number, larger than the data range, or nothing beside it (units of 0-255
 * are the usual reason), when the bounds are inverted, or when the norm is unknown
 */
export function threatModel(options: ThreatModelOptions): ThreatModel {
  const { norm, eps, bounds = { min: 0, max: 1 } } = options;
  lookUp("norm", norm, NORMS);
  const { min, max } = checkBounds(bounds);
  const size = parseEps(eps);
  if (norm !== "l0") checkUnits("eps", eps, { min, max });
  if (norm === "linf" && size > 0 && size < (max - min) / LEAST && max - min > 16) {
    throw new InputError(
      `eps is ${Number(size.toPrecision(4))}, next to nothing in a data range of [${min}, ${max}]. ` +
        `If a share of the range is meant, write ${Number((size * (max - min)).toPrecision(6))}.`,
    );
  }
  if (norm === "linf" && size > max - min && size !== Infinity) {
    throw new InputError(
      `eps is ${String(eps).trim()}, but the data range [${min}, ${max}] is only ${max - min} wide. ${adviceFor(eps, size)}`,
    );
  }
  return Object.freeze({ norm, eps: size, bounds: Object.freeze({ min, max }) });
}

/** A number of 8-bit steps is the usual reason; a fraction was meant as it stands, and so was what is more than all steps. */
function adviceFor(given: number | string, size: number): string {
  if (typeof given === "number" ? size > 255 : given.includes("/") || size > 255) {
    return 'An attack that may go so far can replace the image; sizes in use are 2/255 to 16/255: write "8/255".';
  }
  return `If eps is meant in 8-bit steps, write it as a fraction: "${Number(size.toPrecision(6))}/255".`;
}

/** An eighth of a step of 8 bits, about: no attack is asked for less of the range. */
const LEAST = 2000;

/**
 * Reads a perturbation size: a number, or text such as `"0.03"` or `"8/255"`.
 *
 * @throws InputError when it is negative or not a number
 */
export function parseEps(eps: number | string): number {
  if (eps === Infinity) return eps;
  const value = typeof eps === "number" ? eps : typeof eps === "string" ? parseFraction(eps) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InputError(`eps is ${show(eps)}. It takes a number of at least 0, or a fraction such as "8/255".`);
}
