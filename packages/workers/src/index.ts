export { ownPort, workerPort } from "./browser-port.ts";
export type { CallMap, CallName } from "./calls.ts";
export { WorkerEndedError } from "./errors.ts";
export { openCalls, type Caller, type CallOptions, type OpenCallsOptions } from "./open-calls.ts";
export { openPool, type Pool, type PoolOptions } from "./pool.ts";
export { portPair } from "./port-pair.ts";
export type { Port } from "./port.ts";
export { serveCalls, type Handlers } from "./serve-calls.ts";
