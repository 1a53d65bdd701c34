import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { prose } from "./markdown.mjs";

/**
 * Links to files and headings that are not there. Addresses of the web are not asked.
 *
 * @param {string} root
 * @param {readonly import("./markdown.mjs").Page[]} pages
 * @returns {string[]}
 */
export function brokenLinks(root, pages) {
  return pages.flatMap(({ path, text }) => {
    const links = [...prose(text).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|(?:src|href)="([^"]+)"/g)];
    return links
      .map(([, markdown, html]) => markdown ?? html ?? "")
      .filter((to) => !/^[a-z]+:/i.test(to) && !isThere(root, path, to))
      .map((to) => `${path}: the link ${to} leads nowhere`);
  });
}

/** @param {string} root @param {string} from @param {string} to */
function isThere(root, from, to) {
  const [file = "", anchor] = to.split("#");
  const target = file === "" ? join(root, from) : join(root, dirname(from), decodeURIComponent(file));
  if (SITE.has(relative(root, target).replaceAll("\\", "/"))) return true;
  if (!existsSync(target)) return false;
  if (anchor === undefined || !statSync(target).isFile() || !target.endsWith(".md")) return true;
  return headings(readFileSync(target, "utf8")).includes(anchor);
}

/** What the site has beside the guides, and the repository has not: scripts/build-docs.mjs puts it there. */
const SITE = new Set(["docs/page/index.html"]);

/** Anchors as GitHub makes them of headings. @param {string} text */
function headings(text) {
  const lines = text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm);
  return [...lines].map(([, heading]) =>
    (heading ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}
