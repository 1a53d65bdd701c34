/** The module of a net. The address of its weights stands there in full, so that bundlers find the file. */
export function netSource(file, card) {
  return `// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const ${constant(file)}: PretrainedNet = {
  card: ${JSON.stringify(card, null, 2)},
  url: new URL("../../weights/${card.weights.file}", import.meta.url),
};
`;
}

/** The module that lists all nets. */
export function listSource(files) {
  return `// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";
${files.map((file) => `import { ${constant(file)} } from "./${file}.ts";`).join("\n")}

export const NETS: readonly PretrainedNet[] = [${files.map(constant).join(", ")}];
`;
}

/** `cifar10-resnet18-w16-relu` as a name of a constant: `cifar10Resnet18W16Relu`. */
function constant(file) {
  return file.replaceAll(/[^a-z0-9]+(.)/gi, (_, letter) => letter.toUpperCase());
}
