import { commandOfActions } from "../../command.ts";
import { exportModel } from "./export.ts";
import { importModel } from "./import.ts";
import { info } from "./info.ts";
import { list } from "./list.ts";

/** `kwta models`: networks by name, and weights in and out. Thin over `@kwta/models`. */
export const models = commandOfActions(
  {
    name: "models",
    description: "List the networks, describe one, or convert weights from and to other programs.",
    examples: {
      "models list --pretrained": "trained nets, fetched when needed",
      "models info checkpoint.pth": "what a file of PyTorch holds, and which net it fits",
      "models import net.pth --model resnet18@relu --out net": "weights of PyTorch into a folder",
      "models export net --out net.onnx": "and out again",
    },
  },
  { list, info, import: importModel, export: exportModel },
);
