export { readQueueAddress, type QueueAddress } from "./address.ts";
export type { ConnectOptions } from "./connect.node.ts";
export { openSweepQueue, type SweepQueue, type SweepQueueOptions } from "./open-sweep-queue.node.ts";
export { workOnQueue, type WorkOnQueueOptions } from "./work-on-queue.node.ts";
