/** What a worker can be asked for: by name, what goes in, what comes out, and what comes in between. */
export type CallMap = Readonly<
  Record<string, { readonly args: unknown; readonly result: unknown; readonly event: unknown }>
>;

/** The names of calls. */
export type CallName<C extends CallMap> = keyof C & string;

/** To a worker. */
export type ToWorker =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly kind: "abort"; readonly id: number };

/** From a worker. */
export type FromWorker =
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: CallError };

/** Why a call gave no result. */
export interface CallError {
  /** `stopped`: on request. `input`: something given cannot be used. `fault`: anything else. */
  readonly kind: "stopped" | "input" | "fault";
  /** For people. */
  readonly message: string;
  readonly stack?: string | undefined;
}
