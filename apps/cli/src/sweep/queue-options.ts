/** Where jobs are asked for and taken. */
export const QUEUE_OPTION = {
  queue: {
    type: "string",
    description:
      "Redis or Valkey: redis://HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT with TLS. Default: KWTA_QUEUE, which no list of processes shows.",
  },
  "queue-ca": {
    type: "string",
    description:
      "Certificates, in PEM, of who signed the queue's, where it is one of your own. Default: KWTA_QUEUE_CA.",
    valueHint: "file",
  },
} as const;

/** Where jobs work. */
export const STORE_OPTION = {
  store: {
    type: "string",
    description:
      "Folder of all jobs and results, or s3://BUCKET/PREFIX. With a queue, one that all machines share. Default: the sweep's own.",
    valueHint: "folder",
  },
} as const;

/** The file of certificates, where one was named. */
export function queueCa(given: string | undefined): string | undefined {
  return given ?? (process.env["KWTA_QUEUE_CA"] || undefined);
}

/** The address of the queue, where one was named. */
export function queueAddress(given: string | undefined): string | undefined {
  return given ?? (process.env["KWTA_QUEUE"] || undefined);
}
