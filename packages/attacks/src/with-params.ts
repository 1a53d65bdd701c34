import type { AttackPlugin } from "./attack.ts";
import { resolveParams, type Params } from "./params.ts";

/**
 * An attack with other defaults.
 *
 * @throws InputError as {@link resolveParams} does
 */
export function withParams<P extends Params>(attack: AttackPlugin<P>, params: Partial<P>): AttackPlugin<P> {
  const defaults = resolveParams(attack.id, attack.params, params);
  const schema = Object.fromEntries(
    Object.entries(attack.params).map(([name, spec]) => [name, { ...spec, default: defaults[name] }]),
  );
  return { ...attack, params: schema as unknown as AttackPlugin<P>["params"] };
}
