import { InputError, parseNumber, show } from "@kwta/core";

/** How an evaluation is run. Workers and budget change no number of what is run. */
export const WORK_OPTIONS = {
  workers: {
    type: "string",
    description:
      "Processes that attack, or auto: as many as turn out to be fastest. One uses all threads of the backend.",
    default: "1",
  },
  budget: {
    type: "string",
    description: "Time after which it stops with a report of what is done: 90s, 30m, 2h. The same command goes on.",
  },
  alone: {
    type: "boolean",
    description: "Run each attack on all images, even where the protocol goes by what stands after those before it.",
  },
} as const;

/** The options of {@link WORK_OPTIONS}, read. */
export interface WorkSettings {
  readonly workers: WorkerCount;
  /** In seconds. */
  readonly budget: number | undefined;
  readonly alone: boolean;
}

/** @throws InputError for what cannot be read */
export function readWork(args: {
  readonly workers: string;
  readonly budget?: string | undefined;
  readonly alone?: boolean | undefined;
}): WorkSettings {
  return { workers: readWorkers(args.workers), budget: readDuration(args.budget), alone: args.alone === true };
}

/** How many processes attack: so many, or as many as turn out to be the fastest. */
export type WorkerCount = number | "auto";

function readWorkers(text: string): WorkerCount {
  if (text === "auto") return text;
  const count = parseNumber(text);
  if (Number.isSafeInteger(count) && count >= 1 && count <= MOST) return count;
  throw new InputError(`--workers is ${show(text)}; it must be auto, or a number of processes from 1 to ${MOST}.`);
}

const MOST = 256;

/** Seconds of `90s`, `30m` or `2h`. */
function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  const seconds = Number(number) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
  if (seconds > 0) return seconds;
  throw new InputError(`--budget is ${show(text)}; it must be a time, such as 90s, 30m or 2h.`);
}
