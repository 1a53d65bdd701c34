import { resolveParams, type Params, type ParamSchema, type ParamsGiven } from "@kwta/core";
import type { BackendSetup } from "../contract/backend-setup.ts";
import type { Backend, StartedBackend, StartRequest } from "../contract/backend.ts";
import type { KernelPack } from "../contract/kernel-pack.ts";
import { checkKernelPack } from "./check-kernel-pack.ts";

/** A backend as its author writes it; see {@link defineBackend}. */
export interface BackendDefinition<S extends ParamSchema> {
  /** The name by which TensorFlow.js knows it. */
  readonly name: string;
  /** Written `as const`, it gives `start` its types. */
  readonly schema: S;
  /**
   * @param params those that were set; the others are as the schema says, or stay as they are in a backend that runs
   * @see {@link Backend.start}
   */
  start(params: ParamsGiven<S>, request: StartRequest): Promise<StartedBackend>;
  /** @see {@link Backend.register} */
  register(pack: KernelPack): Promise<void>;
  /** @see {@link Backend.finish} */
  finish?(): Promise<void>;
  readonly setup?: BackendSetup;
}

/** Makes a backend from parameters: `wasm({ threads: 2 })`. */
export type BackendMaker<S extends ParamSchema> = (params?: ParamsGiven<S>) => Backend;

/**
 * Makes a backend from its definition.
 *
 * @example
 * ```ts
 * export const slow = defineBackend({ name: "slow", schema: {}, start, register });
 * await startBackend([slow(), cpu()]);
 * ```
 */
export function defineBackend<const S extends ParamSchema>(definition: BackendDefinition<S>): BackendMaker<S> {
  const { name, schema, start, register, finish, setup } = definition;
  return function make(given: ParamsGiven<S> = {}): Backend {
    resolveParams(name, schema, given);
    const params = Object.freeze(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
    return Object.freeze({
      name,
      schema,
      params: params as Partial<Params>,
      with: (more) => make({ ...given, ...more } as ParamsGiven<S>),
      start: (request = {}) => start(params as ParamsGiven<S>, request),
      async register(pack) {
        checkKernelPack(pack);
        await register(pack);
      },
      finish,
      setup,
    } satisfies Backend);
  };
}
