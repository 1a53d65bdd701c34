import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveFolder, type StaticServer } from "../../cli/src/static-server.ts";
import { DIST, launch, missing, open } from "./_browser.ts";

let browser: Browser;
let server: StaticServer;

const BACKEND = "backend=wasm:threads=1";
const CALM = { reducedMotion: "reduce" } as const;
const ATTACKED = { state: "attached", timeout: 120_000 } as const;

beforeAll(async () => {
  if (missing !== "") return;
  [browser, server] = await Promise.all([launch(), serveFolder(DIST, { port: 0 })]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.skipIf(missing !== "")(`what the page costs, in Chromium${missing}`, { timeout: 300_000 }, () => {
  test("below 150 kB stand before the first lazy chunk; the first picture is there within a second and nothing jumps", async () => {
    const html = await readFile(`${DIST}/index.html`, "utf8");
    const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, name]) => name!);
    expect(files.length).toBeGreaterThan(1);
    const contents = await Promise.all(["index.html", ...files].map((name) => readFile(`${DIST}/${name}`)));
    expect(contents.reduce((sum, content) => sum + gzipSync(content).length, 0)).toBeLessThan(150_000);

    // Other programs may take their time from this one: the best of three counts.
    const paints: number[] = [];
    for (let i = 0; i < 3 && !(Math.min(...paints) < 1000); i++) {
      const { page } = await open(browser, server.address, CALM);
      const first = (): Promise<number | undefined> =>
        page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      await expect.poll(first, { timeout: 20_000 }).toBeGreaterThan(0);
      paints.push((await first())!);
      if (i === 0) {
        await page.evaluate(() => {
          const shifts: number[] = ((globalThis as unknown as { shifts: number[] }).shifts = []);
          new PerformanceObserver((list) => {
            shifts.push(...list.getEntries().map((entry) => (entry as unknown as { value: number }).value));
          }).observe({ type: "layout-shift", buffered: true });
        });
        for (const name of ["winners", "training", "landscapes", "attack", "so-what"]) {
          await page.evaluate((id) => document.getElementById(id)!.scrollIntoView(), name);
          await page.waitForTimeout(1500);
        }
        const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
        expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
      }
      await page.context().close();
    }
    expect(Math.min(...paints)).toBeLessThan(1000);
  });

  test("while nets are attacked, no task of the page itself takes 50 ms of the processor", async () => {
    const { page } = await open(browser, `${server.address}#section=attack&${BACKEND}&image=9`, CALM);
    await page.waitForSelector("#attack[data-attacked]", ATTACKED);
    await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
    await page.click('[data-image="7"]');
    await page.waitForSelector("#attack:not([data-attacked])", ATTACKED);
    await page.waitForSelector("#attack[data-attacked]", ATTACKED);
    const trace = JSON.parse((await browser.stopTracing()).toString()) as {
      readonly traceEvents: readonly TraceEvent[];
    };
    const main = trace.traceEvents.filter(
      ({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain",
    );
    const isMain = ({ pid, tid }: TraceEvent): boolean =>
      main.some((thread) => thread.pid === pid && thread.tid === tid);
    // Of its own time on the processor, which other programs do not lengthen.
    const tasks = trace.traceEvents.flatMap((event) =>
      event.tdur !== undefined && isMain(event) ? [event.tdur / 1000] : [],
    );
    expect(tasks.length).toBeGreaterThan(100);
    expect(Math.max(...tasks)).toBeLessThan(50);
    await page.context().close();
  });

  test("200 attacks leave no tensor and no memory behind", async () => {
    const { page, text } = await open(browser, `${server.address}#section=attack&${BACKEND}&image=9`, CALM);
    await page.waitForSelector("#attack[data-attacked]", ATTACKED);
    const attack = (from: number, to: number): Promise<void> =>
      page.evaluate(
        async ([first, last, backend]) => {
          for (let i = first; i < last; i++) {
            const spec = `pgd:steps=${1 + (i % 2)}`;
            location.replace(`#section=attack&${backend}&image=9&attack=${spec}`);
            const done = (): boolean =>
              document.querySelector("#attack[data-attacked]") !== null &&
              document.querySelector("#duel-own h3")!.textContent!.endsWith(spec);
            while (!done()) await new Promise((next) => setTimeout(next, 5));
          }
        },
        [from, to, BACKEND] as const,
      );
    const memory = (): Promise<number> =>
      page.evaluate(async () => {
        const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
        return (await measure.measureUserAgentSpecificMemory()).bytes;
      });
    await attack(0, 20);
    const before = [await text("#tensors"), await memory()] as const;
    await attack(20, 220);
    expect(await text("#tensors")).toBe(before[0]);
    expect((await memory()) - before[1]).toBeLessThan(2e6);
    await page.context().close();
  });
});

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}
