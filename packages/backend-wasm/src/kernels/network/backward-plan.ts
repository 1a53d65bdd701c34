import { elementwise, OPS } from "../shared/elementwise.ts";
import { Arena, type Block } from "./arena.ts";
import type { Network } from "./network.ts";
import { copyTask, type Place, type Plan, type Task } from "./plan.ts";

/** A gradient that is known so far: in the arena, or that of the result, which is not to be written over. */
interface Gradient {
  readonly place: Place;
  readonly block: Block | undefined;
}

/** How the gradient by the input of a network is computed from what is on the tape. */
export function backwardPlan(network: Network): Plan {
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
    // Of a value that nothing was made of.
    if (given === undefined) continue;
    inputs[i]!.forEach((value, input) => {
      if (step.passes === true) return add(value, share(given));
      const isOver = step.inPlace === true && inputs[i]!.length === 1 && isOwn(given);
      const made = isOver ? share(given) : take(sizes[value]!);
      tasks.push(backwardTask(network, i, input, given.place, made.place));
      add(value, made);
    });
    leave(given);
  }
  const dx: Place = { area: "dx", offset: 0 };
  const result = gradients[0];
  if (result !== undefined) tasks.push(copyTask(result.place, dx, sizes[0]!));
  else tasks.push(({ host, count }, at) => void host.view(at(dx), count * sizes[0]!).fill(0));
  return { tasks, arena: arena.peak };
}

/** The gradient of step i by one of its inputs. */
function backwardTask(
  { steps, inputs, kept, own, constants }: Network,
  i: number,
  input: number,
  from: Place,
  to: Place,
): Task {
  const step = steps[i]!;
  const value = step.keeps === "input" ? inputs[i]![0]! : i + 1;
  const onTape = (offset: number | undefined): Place => ({ area: "tape", offset: offset ?? 0 });
  return (call, at, memory) =>
    step.backward!(call, {
      dy: at(from),
      dx: at(to),
      input,
      kept: at(onTape(kept[value])),
      own: at(onTape(own[i])),
      constants: memory + 4 * constants[i]!,
    });
}
