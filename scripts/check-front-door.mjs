// Packs every package as npm would get it, installs all of them into an empty project, and runs the program of the README of
// `kwta` there: in Node, and, where there is a browser, bundled into a page.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { packAll, run } from "./release/pack.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const browser = process.env.KWTA_CHROMIUM ?? "/usr/bin/chromium";

const folder = await mkdtemp(join(tmpdir(), "kwta-front-door-"));
try {
  const readme = await readFile(join(root, "apps", "cli", "README.md"), "utf8");
  const [program, shown] = [blockOf(readme, "ts"), blockOf(readme, "text").trim()];
  packAll(root, join(folder, "tarballs"));
  await install(join(folder, "app"), program);
  expect("in Node", run(root, "node", ["program.js"], join(folder, "app")).trim(), shown);
  if (existsSync(browser)) expect("in a page", await inPage(join(folder, "app")), shown);
  else console.log(`in a page: skipped, there is no ${browser}`);
} finally {
  await rm(folder, { recursive: true });
}

/**
 * @param {string} markdown
 * @param {string} language
 */
function blockOf(markdown, language) {
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(markdown)[1];
}

/**
 * @param {string} app
 * @param {string} program
 */
async function install(app, program) {
  await mkdir(app);
  await writeFile(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(join(app, "program.js"), program);
  const files = (await readdir(join(app, "..", "tarballs"))).map((name) => join("..", "tarballs", name));
  run(root, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...files], app);
}

/** What the program prints in a page. */
async function inPage(/** @type {string} */ app) {
  await writeFile(join(app, "index.html"), '<!doctype html><script type="module" src="/program.js"></script>');
  await build({
    root: app,
    configFile: false,
    logLevel: "error",
    build: { target: "esnext" },
    worker: { format: "es" },
  });
  const server = await serve(join(app, "dist"));
  const tabs = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await tabs.newPage();
    const said = [];
    page.on("pageerror", (error) => said.push(String(error)));
    const printed = page.waitForEvent("console", {
      predicate: (message) => message.type() === "log",
      timeout: 120_000,
    });
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await printed.then(
      (message) => message.text(),
      (error) => `${error.message}\n${said.join("\n")}`,
    );
  } finally {
    await tabs.close();
    server.close();
  }
}

/** Threads need a page that is isolated from others. */
async function serve(/** @type {string} */ dist) {
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(dist, pathname === "/" ? "index.html" : pathname);
    readFile(file).then(
      (content) => response.writeHead(200, { ...headers, "Content-Type": types[extname(file)] ?? "" }).end(content),
      () => response.writeHead(404, headers).end(),
    );
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

/**
 * @param {string} where
 * @param {string} printed
 * @param {string} shown
 */
function expect(where, printed, shown) {
  if (printed !== shown) throw new Error(`${where} the program prints\n${printed}\nin place of\n${shown}`);
  console.log(`${where}: ${printed}`);
}
