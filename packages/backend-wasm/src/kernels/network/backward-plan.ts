import { elementwise, OPS } from "../shared/elementwise.ts";
import { Arena, type Block } from "./arena.ts";
import type { Network } from "./network.ts";
import { copyTask, fixedOf, type Place, type Plan, type Task } from "./plan.ts";

/** A gradient that is known so far: in the arena, or that of the result, which is not to be written over. */
interface Gradient {
  readonly place: Place;
  readonly block: Block | undefined;
}

/** Which gradients are asked for. */
interface Wanted {
  readonly byInput: boolean;
  readonly byWeights: boolean;
}

/** How the gradients of a network are computed from what is on the tape. */
export function backwardPlan(network: Network, { byInput, byWeights }: Wanted): Plan {
  const { steps, inputs, sizes } = network;
  const arena = new Arena();
  const tasks: Task[] = [];
  const gradients: (Gradient | undefined)[] = sizes.map(() => undefined);
  gradients[steps.length] = { place: { area: "dy", offset: 0 }, block: undefined };
  const take = (size: number): Gradient => {
    const block = arena.take(size);
    return { place: { area: "arena", offset: block.offset }, block };
  };
  const share = (gradient: Gradient): Gradient => {
    if (gradient.block) arena.share(gradient.block);
    return gradient;
  };
  const leave = ({ block }: Gradient): void => {
    if (block) arena.leave(block);
  };
  const isOwn = ({ block }: Gradient): boolean => block !== undefined && arena.isOwn(block);
  /** Adds to what is known of a value; both are given away. */
  const add = (value: number, more: Gradient): void => {
    const known = gradients[value];
    if (known === undefined) {
      gradients[value] = more;
      return;
    }
    const size = sizes[value]!;
    const [to, other] = isOwn(known) ? [known, more] : isOwn(more) ? [more, known] : [take(size), undefined];
    tasks.push(({ host, count }, at) => {
      elementwise(host, OPS.add, { a: at(known.place), b: at(more.place), to: at(to.place), count: count * size });
    });
    for (const each of other === undefined ? [known, more] : [other]) leave(each);
    gradients[value] = to;
  };
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    const given = gradients[i + 1];
    if (byWeights && step.weightGradients !== undefined) tasks.push(weightTask(network, i, given?.place));
    // Of a value that nothing was made of.
    if (given === undefined) continue;
    inputs[i]!.forEach((value, input) => {
      if (value === 0 && !byInput) return;
      if (step.passes === true) return add(value, share(given));
      const isOver = step.inPlace === true && inputs[i]!.length === 1 && isOwn(given);
      const made = isOver ? share(given) : take(sizes[value]!);
      tasks.push(backwardTask(network, i, input, given.place, made.place));
      add(value, made);
    });
    leave(given);
  }
  if (!byInput) return { tasks, arena: arena.peak };
  const dx: Place = { area: "dx", offset: 0 };
  const result = gradients[0];
  if (result !== undefined) tasks.push(copyTask(result.place, dx, sizes[0]!));
  else tasks.push(({ host, count }, at) => void host.view(at(dx), count * sizes[0]!).fill(0));
  return { tasks, arena: arena.peak };
}

/** The gradients of step i by its weights; 0 without a gradient `from` which to compute them. */
function weightTask(network: Network, i: number, from: Place | undefined): Task {
  const { steps, inputs, kept } = network;
  const x = kept[inputs[i]![0]!]!;
  if (from === undefined) {
    const weights = steps[i]!.differentiated!.filter((weight) => weight >= 0);
    return (call, _at, { byWeights }) => {
      for (const weight of weights) {
        const size = call.weights[weight]!.shape.reduce((a, b) => a * b, 1);
        call.host.view(byWeights[weight]!, size).fill(0);
      }
    };
  }
  const ofStep = fixedOf(network, i);
  return (call, at, fixed) =>
    steps[i]!.weightGradients!(call, {
      x: at(x),
      dy: at(from),
      by: (weight) => fixed.byWeights[weight] ?? 0,
      ...ofStep(fixed),
    });
}

/** The gradient of step i by one of its inputs. */
function backwardTask(network: Network, i: number, input: number, from: Place, to: Place): Task {
  const { steps, inputs, kept, own } = network;
  const step = steps[i]!;
  const value = kept[step.keeps === "input" ? inputs[i]![0]! : i + 1];
  const ofStep = fixedOf(network, i);
  return (call, at, fixed) =>
    step.backward!(call, {
      dy: at(from),
      dx: at(to),
      input,
      kept: value === undefined ? 0 : at(value),
      own: step.ownFloats === undefined ? 0 : at(own[i]!),
      constants: ofStep(fixed).constants,
    });
}
