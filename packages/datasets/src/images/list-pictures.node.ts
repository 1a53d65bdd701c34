import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";

/** What the folder of a class holds. */
export interface PictureList {
  /** In the order of their folders, then of their names: that of torchvision's `ImageFolder`. */
  readonly paths: readonly string[];
  /** For each thing that was passed over, what it is: `".txt"`, `"broken link"`. */
  readonly passedOver: readonly string[];
}

/** How the names of pictures end that are read. */
const ENDINGS = new Set([".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".webp"]);

/** For people. */
export const READ_KINDS = "PNG, JPEG and WebP";

/** The pictures in a folder and the folders in it. Links are followed; hidden files, such as `._x.png`, do not count. */
export async function listPictures(folder: string): Promise<PictureList> {
  const paths: string[] = [];
  const passedOver: string[] = [];
  const seen = new Set<string>();
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const place = await realpath(next).catch(() => next);
    // A link may lead back up.
    if (seen.has(place)) {
      passedOver.push("folder met before");
      continue;
    }
    seen.add(place);
    for (const { path, kind } of await look(next)) {
      const ending = extname(path).toLowerCase();
      if (kind === "folder") waiting.push(path);
      else if (kind === "file" && ENDINGS.has(ending)) paths.push(path);
      else passedOver.push(kind === "file" ? ending || "without an ending" : kind);
    }
  }
  return { paths: paths.sort(byFolder), passedOver };
}

/** The names of the folders in a folder, links to folders included, hidden ones left out. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await look(folder);
  return entries.flatMap(({ name, kind }) => (kind === "folder" ? name : [])).sort();
}

/** Things by their kinds, the most frequent first: "2 .bmp, 1 .tif". */
export function countKinds(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = sorted.slice(0, 8).map(([kind, count]) => `${count} ${kind}`);
  return [...named, ...(sorted.length > named.length ? ["and others"] : [])].join(", ");
}

async function look(
  folder: string,
): Promise<{ name: string; path: string; kind: "broken link" | "device" | "file" | "folder" }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  return await Promise.all(
    visible.map(async (entry) => {
      const path = join(folder, entry.name);
      const found = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
      if (!found) return { name: entry.name, path, kind: "broken link" };
      return { name: entry.name, path, kind: found.isDirectory() ? "folder" : found.isFile() ? "file" : "device" };
    }),
  );
}

function byFolder(a: string, b: string): number {
  const [first, second] = dirname(a) === dirname(b) ? [a, b] : [dirname(a), dirname(b)];
  return first < second ? -1 : Number(first > second);
}
