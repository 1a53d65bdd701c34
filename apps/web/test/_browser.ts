import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const CHROMIUM = process.env["KWTA_CHROMIUM"] ?? "/usr/bin/chromium";

/** The built page. */
export const DIST = fileURLToPath(new URL("../dist", import.meta.url));

/** Why the page cannot be tested here, or nothing. */
export const missing: string = !process.env["KWTA_PAGE_TESTS"]
  ? " (skipped: it takes half a minute; set KWTA_PAGE_TESTS=1)"
  : !existsSync(CHROMIUM)
    ? ` (skipped: there is no ${CHROMIUM}; apt-get install chromium, or set KWTA_CHROMIUM)`
    : !existsSync(`${DIST}/index.html`)
      ? " (skipped: the page is not built; npm run build)"
      : "";

/** A browser without a GPU, which talks to nobody by itself. */
export function launch(): Promise<Browser> {
  // Memory is measured when asked, not at the next collection.
  const quiet = [
    "--enable-blink-features=ForceEagerMeasureMemory",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
  ];
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet],
  });
}

/** An open page, and what it said and asked for. */
export interface Watched {
  readonly page: Page;
  /** Console messages and uncaught errors. */
  readonly said: string[];
  readonly hosts: Set<string>;
  text(selector: string): Promise<string>;
}

/** How a page is opened. */
export interface OpenOptions extends BrowserContextOptions {
  /** Code to run before the page's own. */
  readonly before?: string;
  /** Code to run before the worker's own. */
  readonly beforeWorker?: string;
}

/** Opens an address in a browser that has not been there before. */
export async function open(
  browser: Browser,
  address: string,
  { before, beforeWorker, ...options }: OpenOptions = {},
): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  context.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "blob:") hosts.add(host);
  });
  if (before !== undefined) await page.addInitScript(before);
  if (beforeWorker !== undefined) {
    await context.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
      const file = await readFile(`${DIST}${new URL(route.request().url()).pathname}`, "utf8");
      const response = await route.fetch();
      await route.fulfill({ response, body: `${beforeWorker};${file}` });
    });
  }
  await page.goto(address);
  return { page, said, hosts, text: async (selector) => (await page.textContent(selector)) ?? "" };
}
