import { InputError, show } from "@kwta/core";

/** A tensor of a model: what a layer gave when it was used for the n-th time. */
export type Connection = readonly [layer: string, node: number, tensor: number, options?: object];

/**
 * What goes into a layer, each time that it is used, in the form of Keras 2. Where Keras 3 has the arguments of a call,
 * Keras 2 has names.
 *
 * @throws InputError for arguments that are no tensors
 */
export function connectionsOf(name: string, nodes: unknown): Connection[][] {
  return (Array.isArray(nodes) ? nodes : []).map((node: unknown) => {
    // Some are written as Keras 2 wrote them.
    if (Array.isArray(node)) return node as Connection[];
    const { args = [], kwargs = {} } = (node ?? {}) as { args?: unknown[]; kwargs?: Record<string, unknown> };
    const odd = Object.entries(kwargs).find(([, value]) => value !== null && typeof value !== "boolean");
    if (odd !== undefined) {
      throw new InputError(
        `its layer ${show(name)} gets ${odd[0]} in its call (${show(odd[1])}), which cannot be read`,
      );
    }
    return args.flat().map((argument) => tensorOf(name, argument));
  });
}

function tensorOf(name: string, argument: unknown): Connection {
  const { config } = (argument ?? {}) as { config?: { keras_history?: unknown } };
  const history = config?.keras_history;
  if (Array.isArray(history) && typeof history[0] === "string")
    return [history[0], Number(history[1]), Number(history[2]), {}];
  throw new InputError(`its layer ${show(name)} gets ${show(argument)} where a tensor should be, which cannot be read`);
}

/** The ends of a model: Keras 3 writes a single one without the list around it. */
export function endsOf(ends: unknown): Connection[] {
  if (!Array.isArray(ends)) return [];
  return typeof ends[0] === "string" ? [ends as unknown as Connection] : (ends as Connection[]);
}
