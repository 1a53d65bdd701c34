// Writes where the repository lives into every package: npm run release:home https://example.org/owner/name
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publishedFolders } from "./release/pack.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const address = process.argv[2] ?? "";
if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(address)) {
  console.error("Say where the repository lives: npm run release:home https://HOST/OWNER/NAME");
  process.exit(2);
}
for (const folder of publishedFolders(root)) {
  const path = join(root, folder, "package.json");
  const { name, version, description, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  const directory = folder.replaceAll("\\", "/");
  const home = {
    homepage: `${address}/tree/main/${directory}#readme`,
    bugs: `${address}/issues`,
    repository: { type: "git", url: `git+${address}.git`, directory },
  };
  writeFileSync(path, `${JSON.stringify({ name, version, description, ...rest, ...home }, null, 2)}\n`);
}
console.log("Written. npm run format puts the fields in their order.");
