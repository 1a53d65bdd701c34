import { elementwise, OPS } from "../shared/elementwise.ts";
import { Arena, type Block } from "./arena.ts";
import type { Network } from "./network.ts";
import { copyTask, fixedOf, type Place, type Plan, type Task } from "./plan.ts";

/** How a network is computed; with `keep` what its gradient needs is kept on the tape. */
export function forwardPlan(network: Network, keep: boolean): Plan {
  const { steps, inputs, sizes, kept, own } = network;
  const last = steps.length;
  const arena = new Arena();
  const blocks = new Map<number, Block>();
  const tasks: Task[] = [];
  const left = sizes.map((_, value) => inputs.flat().filter((input) => input === value).length);
  const places: Place[] = [{ area: "x", offset: 0 }];
  const onTape = (value: number): Place | undefined => (keep ? kept[value] : undefined);
  const copied = onTape(0);
  if (copied !== undefined && copied.area !== "x") tasks.push(copyTask(places[0]!, copied, sizes[0]!));
  const placeFor = (value: number): Place => {
    const place = onTape(value) ?? (value === last ? { area: "y" as const, offset: 0 } : undefined);
    if (place !== undefined) return place;
    const block = arena.take(sizes[value]!);
    blocks.set(value, block);
    return { area: "arena", offset: block.offset };
  };
  let next = 0;
  for (let i = 0; i < steps.length; i = next) {
    const step = steps[i]!;
    const from = inputs[i]!.map((value) => places[value]!);
    // A ReLU that follows is computed on the way, and what it takes is nowhere.
    const relu = reluFollows(network, i) && left[i + 1] === 1 && onTape(i + 1) === undefined;
    const value = relu ? i + 2 : i + 1;
    const to = placeFor(value);
    // Without a tape it is memory like any other.
    const block = step.ownFloats !== undefined && !keep ? arena.take(step.ownFloats) : undefined;
    const ownPlace: Place = block ? { area: "arena", offset: block.offset } : own[i]!;
    const ofStep = fixedOf(network, i);
    tasks.push((call, at, fixed) => {
      const output = at(to);
      step.forward(call, {
        inputs: from.map(at),
        output,
        own: step.ownFloats === undefined ? 0 : at(ownPlace),
        relu: relu && step.canRelu === true,
        ...ofStep(fixed),
      });
      if (!relu || step.canRelu === true) return;
      const all = { a: output, b: output, to: output, count: call.count * sizes[value]! };
      elementwise(call.host, OPS.clip, all, [0, Infinity]);
    });
    if (block) arena.leave(block);
    for (const input of inputs[i]!) if (--left[input]! === 0 && blocks.has(input)) arena.leave(blocks.get(input)!);
    places[i + 1] = to;
    places[value] = to;
    next = value;
  }
  const result = places[last]!;
  if (result.area !== "y") tasks.push(copyTask(result, { area: "y", offset: 0 }, sizes[last]!));
  return { tasks, arena: arena.peak };
}

/** Whether the step after another one is the ReLU of what it gives. */
function reluFollows({ steps, inputs }: Network, i: number): boolean {
  return steps[i + 1]?.isRelu === true && inputs[i + 1]![0] === i + 1;
}
