import { InputError } from "@kwta/core";
import { totalmem } from "node:os";
import { command } from "../command.ts";
import { readCount, readNumber } from "../options.ts";
import { KWTA } from "../sweep/program.ts";
import { QUEUE_OPTION, queueAddress, queueCa, STORE_OPTION } from "../sweep/queue-options.ts";
import { VERSION } from "../version.ts";

/** `kwta worker`: thin over `@kwta/queue`. */
export const worker = command({
  name: "worker",
  description: "Take jobs of kwta sweep from a queue, as many machines as there are.",
  args: {
    ...QUEUE_OPTION,
    ...STORE_OPTION,
    workers: { type: "string", description: "Jobs at once.", default: "1" },
    threads: { type: "string", description: "Threads of each job. Default: the cores, shared out." },
    backends: { type: "string", description: "Backends that this machine has.", default: "wasm,cpu" },
    memory: { type: "string", description: "Memory for each job in GiB. Default: that of the machine, shared out." },
    gpu: { type: "boolean", description: "It has a GPU: take jobs that need one." },
    download: { type: "boolean", description: "Download data sets and networks that are missing." },
    "until-empty": { type: "boolean", description: "End when nothing is left to do, rather than wait for more." },
  },
  async run(args, terminal) {
    const address = queueAddress(args.queue);
    if (address === undefined) throw new InputError("Name the queue: --queue redis://HOST:PORT, or KWTA_QUEUE.");
    if (args.store === undefined)
      throw new InputError("Name the store that all machines share: --store FOLDER, or --store s3://BUCKET/PREFIX.");
    const { lookUp } = await import("@kwta/core");
    const { jobText, openJobStore } = await import("@kwta/sweep");
    const { workOnQueue } = await import("@kwta/queue");
    const { BACKENDS } = await import("../backends.node.ts");
    const known = Object.fromEntries(BACKENDS.map(({ name }) => [name, name]));
    const backends = args.backends.split(",").map((name) => lookUp("backend", name.trim(), known));
    const slots = readCount("workers", args.workers, 1)!;
    const memory = readNumber("memory", args.memory, 1) ?? Math.max(1, totalmem() / 2 ** 30 / slots);
    const store = await openJobStore(args.store);
    terminal.note(
      `Waiting for jobs: ${backends.join(", ")}, ${memory.toFixed(1)} GiB each. Ctrl-C gives back what is begun.`,
    );
    let done = 0;
    await workOnQueue(address, {
      store,
      version: VERSION,
      ca: queueCa(args["queue-ca"]),
      program: KWTA,
      slots,
      threads: readCount("threads", args.threads, 1),
      backends,
      memory,
      gpu: args.gpu === true,
      download: args.download,
      untilEmpty: args["until-empty"],
      signal: terminal.signal,
      onProgress: slots === 1 ? terminal.onProgress : undefined,
      onNote: terminal.note,
      onJob(job, outcome) {
        if (outcome?.state === "done") done += 1;
        const reason = outcome !== undefined && "reason" in outcome ? `: ${outcome.reason}` : "";
        terminal.note(`${job.id} ${outcome?.state ?? jobText(job, new Map())}${reason}`);
      },
    });
    terminal.say(`${done} jobs done.`);
    terminal.result({ done });
  },
});
