// Puts the numbers of evaluations into the card of a net of this package.
//
//   kwta evaluate pretrained:NAME --protocol standard --eps 8/255 --out FOLDER     as often as there are protocols
//   node packages/pretrained/scripts/evaluations.mjs NAME FOLDER
//
// What the card has of other protocols stays. The package is to be built: the card is taken from it.
import { parseArgs } from "node:util";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, writeFileAtomic } from "@kwta/core";
import { pretrainedCard } from "@kwta/pretrained";
import { cheapestFirst, evaluationsIn, protocolOf } from "./export/evaluations.mjs";
import { fileName } from "./export/names.mjs";
import { netSource } from "./export/source.mjs";

try {
  const [name, folder] = parseArgs({ allowPositionals: true }).positionals;
  if (name === undefined || folder === undefined) throw new InputError("Write evaluations.mjs NAME FOLDER.");
  const card = pretrainedCard(name);
  const evaluations = await evaluationsIn(folder, name);
  if (evaluations.length === 0) throw new InputError(`There are no evaluations in ${folder}.`);
  const renewed = new Set(evaluations.map(protocolOf));
  const kept = card.evaluations.filter((each) => !renewed.has(protocolOf(each)));
  const all = [...kept, ...evaluations].sort(cheapestFirst);
  const nets = fileURLToPath(new URL("../src/nets", import.meta.url));
  await writeFileAtomic(join(nets, `${fileName(name)}.ts`), netSource(fileName(name), { ...card, evaluations: all }));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
