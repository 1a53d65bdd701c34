// Writes docs/results anew from its data files, with those of the folders that are named in place of what is there of the same
// figures: publish-results [FOLDER...]. What is said around them is in docs/results/frame.txt.
import { readFigure, readResults, resultsMarkdown, writeFigure, writeResults, everyFigure } from "@kwta/paper";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const results = fileURLToPath(new URL("../../../docs/results", import.meta.url));

/** @param {string} title */
const front = (title) => `---\ntitle: ${title}\ngroup: The paper\n---\n\n`;

const kinds = everyFigure();
for (const folder of [results, ...process.argv.slice(2)]) {
  for (const { id, notes } of kinds) {
    if (!existsSync(join(folder, `${id}.json`))) continue;
    const file = await readFigure(join(folder, `${id}.json`));
    const paths = await writeFigure(results, { ...file, notes: notes(file.data) });
    await rm(paths.html);
    if (paths.markdown)
      await writeFile(
        paths.markdown,
        front(`Table ${id.slice("table-".length)}`) + (await readFile(paths.markdown, "utf8")),
      );
  }
}
const { paths } = await writeResults(results);
const [head, tail] = (await readFile(join(results, "frame.txt"), "utf8")).split("<!-- results -->\n\n");
await rm(paths.index);
const index = resultsMarkdown(await readResults(results)).replace("# Results\n\n", "");
await writeFile(join(results, "README.md"), `${head}${index}\n${tail}`);
await writeFile(paths.claims.markdown, front("Claims, judged") + (await readFile(paths.claims.markdown, "utf8")));
