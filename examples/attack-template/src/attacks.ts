import type { AttackMaker } from "@kwta/attacks";
import { randomSigns } from "./random-signs.ts";

export { randomSigns };

/** The attacks that this package offers; `kwta evaluate --plugin` looks for this name. */
export const attacks: readonly AttackMaker[] = [randomSigns];
