/** Where jobs are asked for and taken. */
export const QUEUE_OPTION = {
  queue: {
    type: "string",
    description:
      "Redis or Valkey: redis://HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT with TLS. Default: KWTA_QUEUE, which no list of processes shows.",
  },
} as const;

/** Where jobs work. */
export const STORE_OPTION = {
  store: {
    type: "string",
    description: "Folder of all jobs and results. With a queue, one that all machines share. Default: the sweep's own.",
  },
} as const;

/** The address of the queue, where one was named. */
export function queueAddress(given: string | undefined): string | undefined {
  return given ?? (process.env["KWTA_QUEUE"] || undefined);
}
