import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page as Tab } from "playwright-core";
import { build, defaultClientConditions } from "vite";
import type { Page } from "./page.ts";
import type { Outcome, RunOptions } from "./run-here.ts";

const CHROMIUM = process.env["KWTA_CHROMIUM"] ?? "/usr/bin/chromium";

/** Why there is no browser to test in; undefined where there is. */
export const noChromium: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `there is no ${CHROMIUM}; apt-get install chromium, or set KWTA_CHROMIUM`;

const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
];

/** A browser without a window. */
export function launch(flags: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
}

/** Bundles the page as an application would do it, into a new folder. */
export async function bundlePage(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "kwta-browser-"));
  await build({
    root: fileURLToPath(new URL(".", import.meta.url)),
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@kwta/source", ...defaultClientConditions] },
    worker: { format: "es" },
    build: { outDir, emptyOutDir: true, minify: false, reportCompressedSize: false, assetsInlineLimit: 0 },
  });
  return outDir;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

const NO_WORKERS = { "Content-Security-Policy": "worker-src 'none'" };

/** Serves the page and, under /wasm/, wasm files of TensorFlow.js. */
export async function serve(folder: string, headers: Readonly<Record<string, string>> = {}): Promise<Server> {
  const wasm = fileURLToPath(new URL("../../../backend-wasm/wasm/", import.meta.url));
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url!, "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    const file = path.startsWith("/wasm/") ? join(wasm, path.slice(6)) : join(folder, path);
    const all = { ...headers, ...(search === "?without-workers" ? NO_WORKERS : {}) };
    readFile(file).then(
      (content) =>
        response.writeHead(200, { ...all, "Content-Type": TYPES[extname(file)] ?? "text/plain" }).end(content),
      () => response.writeHead(404, all).end("there is no such file"),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

/** What goes wrong or is said in a page, and the hosts that it asks. */
export interface Watched {
  readonly tab: Tab;
  readonly said: string[];
  readonly hosts: Set<string>;
  run(how: "here" | "inWorker", options: RunOptions): Promise<Outcome>;
}

export async function openPage(browser: Browser, server: Server, query = ""): Promise<Watched> {
  const tab = await browser.newPage();
  const said: string[] = [];
  const hosts = new Set<string>();
  tab.on("console", (message) => {
    // Chromium's own words where there is no GPU.
    if (message.text() !== "No available adapters.") said.push(message.text());
  });
  tab.on("pageerror", (error) => said.push(String(error)));
  tab.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "blob:") hosts.add(host);
  });
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`);
  return {
    tab,
    said,
    hosts,
    run: (how, options) =>
      tab.evaluate((call) => (globalThis as unknown as { page: Page }).page[call[0]](call[1]), [how, options] as const),
  };
}
