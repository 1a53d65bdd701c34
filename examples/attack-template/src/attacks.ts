import type { AttackPlugin } from "@kwta/attacks";
import { randomSigns } from "./random-signs.ts";

/** The attacks that this package offers; `kwta evaluate --plugin` looks for this name. */
export const attacks: AttackPlugin[] = [randomSigns];
