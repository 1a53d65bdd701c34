import type { Command } from "../command.ts";
import { attacks } from "./attacks/index.ts";
import { datasets } from "./datasets.ts";
import { doctor } from "./doctor.ts";
import { evaluate } from "./evaluate.ts";
import { figure, table } from "./figure.ts";
import { models } from "./models/index.ts";
import { protocols } from "./protocols/index.ts";
import { quickstart } from "./quickstart.ts";
import { reproduce } from "./reproduce.ts";
import { report } from "./report.ts";
import { runs } from "./runs/index.ts";
import { setup } from "./setup.ts";
import { serve } from "./serve.ts";
import { sweep } from "./sweep.ts";
import { train } from "./train.ts";
import { worker } from "./worker.ts";

/** Every command, in the order of `kwta --help`. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  quickstart,
  train,
  evaluate,
  sweep,
  worker,
  runs,
  report,
  figure,
  table,
  reproduce,
  attacks,
  protocols,
  datasets,
  models,
  serve,
  doctor,
  setup,
};
