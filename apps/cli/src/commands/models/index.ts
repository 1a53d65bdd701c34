import { lookUp } from "@kwta/core";
import { command } from "../../command.ts";
import { MODELS_ARGS, type RunAction } from "./args.ts";
import { exportModel } from "./export.ts";
import { importModel } from "./import.ts";
import { info } from "./info.ts";
import { list } from "./list.ts";

/** `kwta models`: networks by name, and weights in and out. Thin over `@kwta/models`. */
export const models = command({
  name: "models",
  description: "List the networks, describe one, or convert weights from and to other programs.",
  args: MODELS_ARGS,
  async run(args, terminal) {
    await lookUp<RunAction>("action", args.action, { list, info, import: importModel, export: exportModel })(
      args,
      terminal,
    );
  },
});
