export { prepareFolder, readInput, readJson, writeFileAtomic, writeJson } from "./files.node.ts";
