import type { Norm } from "../norms/index.ts";

/** What happens before one step. */
export interface ApgdStep {
  /** The first step of a phase, which starts afresh in a ball of this many times eps. */
  readonly phase: number | undefined;
  /** How many times eps the ball of the step has. */
  readonly scale: number;
  /** The number of steps since the last checkpoint, if this is one. */
  readonly checkpoint: number | undefined;
}

/**
 * When APGD looks back. The first window is 22 % of the steps; each one is 3 % shorter than the one before, but 6 % at least.
 * In L1 the first 30 % of the steps are made in a ball of three times eps, the next 30 % in one of twice eps; there the
 * windows are 4 % long.
 *
 * @see AutoAttack, `autopgd_base.py`
 */
export function apgdSchedule(steps: number, norm: Norm): readonly ApgdStep[] {
  if (norm !== "l1") return phase(steps, 1, 1, share(steps, 0.22), share(steps, 0.03), share(steps, 0.06));
  const lengths = [Math.floor(0.3 * steps), Math.floor(0.3 * steps)];
  lengths.push(steps - lengths[0]! - lengths[1]!);
  return lengths.flatMap((length, i) => {
    const window = share(length, 0.04);
    return phase(length, 3 - i, 3 - i, window, 0, window);
  });
}

function share(steps: number, part: number): number {
  return Math.max(1, Math.floor(part * steps));
}

function phase(
  steps: number,
  first: number,
  scale: number,
  firstWindow: number,
  shrink: number,
  least: number,
): ApgdStep[] {
  const plan: ApgdStep[] = [];
  let window = firstWindow;
  let since = 0;
  for (let t = 0; t < steps; t++) {
    const isCheckpoint = since === window;
    plan.push({ phase: t === 0 ? first : undefined, scale, checkpoint: isCheckpoint ? window : undefined });
    if (isCheckpoint) {
      window = Math.max(window - shrink, least);
      since = 0;
    }
    since += 1;
  }
  return plan;
}
