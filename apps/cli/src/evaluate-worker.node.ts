// A program: a process that attacks for kwta evaluate; see evaluate/workers.ts.
import { fromSentUnit, runUnit } from "@kwta/evaluation";
import { openVictim, type OpenVictim } from "@kwta/runs";
import { parentPort, serveCalls } from "@kwta/workers";
import type { AttackLike } from "@kwta/attacks";
import { measureSpeed } from "./evaluate/measure-speed.ts";
import type { WorkerCalls, WorkerSetup } from "./evaluate/worker-calls.ts";
import { loadPlugin } from "./plugins.ts";
import { start } from "./start.node.ts";

/** What `open` has opened, once. */
interface Opened {
  readonly victim: OpenVictim;
  readonly others: readonly AttackLike[];
  readonly batchSize: number;
}

let opened: Opened | undefined;

serveCalls<WorkerCalls>(parentPort(), {
  async open({ victim, images, backend, plugins, batchSize }: WorkerSetup) {
    const { spec, threads } = await start(backend);
    const others = (await Promise.all(plugins.map(loadPlugin))).flat();
    opened = { victim: await openVictim(victim, images), others, batchSize };
    return { spec, threads };
  },
  async unit({ unit, resume, isKept }, signal, emit) {
    const { victim, others, batchSize } = opened!;
    return runUnit(victim.classifier, fromSentUnit(unit, others), {
      batchSize,
      resume,
      signal,
      onProgress: ({ done }) => emit({ done }),
      ...(isKept && { onSnapshot: (snapshot) => emit({ snapshot }) }),
    });
  },
  speed: async () => measureSpeed(opened!.victim.classifier),
});
