// Makes docs/site: guides and the API by typedoc, with search; the live page; llms.txt. All addresses are relative, so that the
// folder can be opened from the disk and put below any path. It needs a build: each package is read alone, on the declarations of
// the others.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "docs", "site");
const settings = JSON.parse(readFileSync(join(root, "typedoc.json"), "utf8"));

for (const name of readdirSync(join(root, "packages"))) {
  if (!existsSync(join(root, "packages", name, "dist"))) {
    console.error(`The package ${name} is not built: npm run build`);
    process.exit(1);
  }
  // As `packageOptions` of typedoc.json names it. One for all packages would read the sources of all for each.
  const own = { extends: "../../../tsconfig.docs.json", include: ["../src"] };
  writeFileSync(join(root, "packages", name, "node_modules", "tsconfig.docs.json"), JSON.stringify(own));
}
const { status } = spawnSync(join(root, "node_modules", ".bin", "typedoc"), {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (status !== 0) process.exit(status ?? 1);
const page = join(root, "apps", "web", "dist");
if (existsSync(page)) cpSync(page, join(site, "page"), { recursive: true });
else console.log("The live page is left out: npm run build makes it.");
writeTexts(settings.projectDocuments);

/**
 * The guides for programs that read: a list with a sentence on each, and all of it as one text.
 *
 * @param {readonly string[]} paths
 */
function writeTexts(paths) {
  const guides = paths.map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const [, title = path] = /^title: (.+)$/m.exec(text) ?? [];
    const body = text.replace(/^---\n[\s\S]*?\n---\n/, "").replaceAll(/<!-- run\n[\s\S]*?-->\n*/g, "");
    // As typedoc names it.
    const file = `documents/${title.replaceAll(/[^\w,.-]/g, "_")}.html`;
    if (!existsSync(join(site, file))) throw new Error(`llms.txt would name ${file}, which is not in the site.`);
    return { title, body: body.trim(), file };
  });
  const { description } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const lines = guides.map(({ title, body, file }) => `- [${title}](${file}): ${firstSentence(body)}`);
  const head = `# kwta\n\n> ${description}\n`;
  writeFileSync(
    join(site, "llms.txt"),
    `${head}\nAll guides as one text: [llms-full.txt](llms-full.txt)\n\n## Guides\n\n${lines.join("\n")}\n`,
  );
  writeFileSync(join(site, "llms-full.txt"), `${head}\n${guides.map(({ body }) => body).join("\n\n")}\n`);
}

/** @param {string} body */
function firstSentence(body) {
  const paragraph = body.split("\n\n").find((part) => /^[\p{L}\d`"]/u.test(part)) ?? "";
  return /^.*?[.:?](?=\s|$)/s.exec(paragraph)?.[0].replaceAll(/\s+/g, " ") ?? "";
}
