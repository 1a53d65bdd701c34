import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { saveModel } from "@kwta/models";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { serveFolder, type StaticServer } from "../../cli/src/static-server.ts";
import { packImage } from "../src/attack/pack-image.ts";
import type { SavedAttacks } from "../src/attack/save-attacks.ts";
import { DUELS } from "../src/compute/duels.ts";
import { glyph } from "../src/compute/glyph.ts";
import { attackImage } from "../src/compute/image-attack.ts";
import { openPlayground } from "../src/compute/playground.ts";
import { makeProblem } from "../src/compute/problems.ts";
import { startPageBackend } from "../src/compute/start-backend.ts";
import { numbersOf } from "../src/playground/numbers-of.ts";
import { parse } from "../src/state.ts";
import { DIST, launch, missing, open } from "./_browser.ts";
import { netFile, shippedNet } from "./_files.ts";

let browser: Browser;
let server: StaticServer;

/** One thread, so that it computes the same on each machine and leaves the others alone. */
const BACKEND = "backend=wasm:threads=1";

/** Nothing begins by itself. */
const CALM = { reducedMotion: "reduce" } as const;

const at = (state: string): string => `${server.address}#${state}`;

/** Six attacks, on a machine that may have other work to do. */
const LONG = { state: "attached", timeout: 60_000 } as const;

/** The machine may have other work to do. */
const eventually = <T>(read: () => T): ReturnType<typeof expect.poll<T>> => expect.poll(read, { timeout: 20_000 });

beforeAll(async () => {
  if (missing !== "") return;
  [browser, server] = await Promise.all([launch(), serveFolder(DIST, { port: 0 })]);
}, 60_000);

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.skipIf(missing !== "")(`the page in Chromium${missing}`, { timeout: 180_000 }, () => {
  test("playground: the numbers of Node; step, play, pause, another problem, the address and back", async () => {
    const state = `section=training&${BACKEND}&width=32&step=30`;
    const { page, said, hosts, text } = await open(browser, at(state));
    await eventually(() => text("#step")).toBe("30");
    expect(await text("#numbers-kwta")).toBe(await numbersInNode(state));
    expect(await page.locator("#training svg.picture .point").count()).toBe(2 * 7);

    await page.click("#once");
    await eventually(() => text("#step")).toBe("31");
    expect(await text("#numbers-kwta")).toBe(await numbersInNode(state.replace("step=30", "step=31")));
    await page.click("#play");
    await eventually(async () => Number(await text("#step"))).toBeGreaterThan(40);
    const paused = await page.evaluate(async () => {
      document.getElementById("play")!.click();
      const step = document.getElementById("step")!.textContent;
      await new Promise((done) => setTimeout(done, 300));
      return [step, document.getElementById("step")!.textContent];
    });
    expect(paused[1]).toBe(paused[0]);

    await page.click('[data-value="gaussians"]');
    await eventually(() => text("#numbers-relu")).toMatch(/^loss .* right$/);
    await eventually(() => page.url()).toContain("problem=gaussians");
    // Where the curve is probed: the text follows the pointer, and the address says it.
    await page.click('[data-value="bump"]');
    await eventually(() => text("#probe-kwta")).toMatch(
      /the tangent promises .*, the net gives .*; \d+ of \d+ winners changed\.$/,
    );
    const before = await text("#probe-kwta");
    await page.focus("#probe");
    await page.keyboard.press("Home");
    await eventually(() => text("#probe-kwta")).not.toBe(before);
    await eventually(() => page.url()).toContain("probe=-1.1");
    // A rate that no mark of the slider has is shown as it is; one that is too large says so.
    await page.goto(at(`section=training&${BACKEND}&rate=0.02&step=0`));
    await page.reload();
    await eventually(() => text('output[for="rate"]')).toBe("0.02");
    await page.goto(at(`section=training&${BACKEND}&rate=0.9&step=500&width=32`));
    await page.reload();
    // One of both has lost its numbers, which ends the training of both.
    await eventually(async () => `${await text("#numbers-relu")} ${await text("#numbers-kwta")}`).toContain(
      "The loss is no number any more: the learning rate is too large. Choose a smaller one.",
    );
    expect(await page.content()).not.toContain("NaN");
    expect(said).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.address).host]);
  });

  test("activations: keys and mouse move the numbers, k chooses how many win", async () => {
    const { page, said, text } = await open(browser, at(`section=winners&${BACKEND}`));
    const column = (name: string): Promise<string[]> => page.locator(`[data-column="${name}"] .cell`).allTextContents();
    await eventually(() => column("kwta")).toEqual(["0", "0", "0", "1.7", "1.1", "0.9"]);
    expect(await column("relu")).toEqual(["0.8", "0", "0", "1.7", "1.1", "0.9"]);
    expect(await column("maxPool")).toEqual(["0.8", "1.7", "1.1"]);
    expect(await column("lwta")).toEqual(["0.8", "0", "0", "1.7", "1.1", "0"]);
    // The first number passes the bar, and the last one, which has not moved, goes out.
    await page.focus(".knob >> nth=0");
    for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
    await eventually(() => column("kwta")).toEqual(["1.0", "0", "0", "1.7", "1.1", "0"]);
    expect(await text("#winners-text")).toBe("k-WTA keeps 1.0, 1.7, 1.1; its bar stands at 1.0.");
    const track = (await page.locator(".track").nth(1).boundingBox())!;
    await page.mouse.move(track.x + track.width / 2, track.y + track.height / 2);
    await page.mouse.down();
    await page.mouse.move(track.x + track.width, track.y + track.height / 2, { steps: 4 });
    await page.mouse.up();
    await eventually(() => column("kwta")).toEqual(["0", "2.0", "0", "1.7", "1.1", "0"]);
    await page.focus("#k");
    await page.keyboard.press("End");
    await eventually(() => column("kwta")).toEqual(["1.0", "2.0", "−0.4", "1.7", "1.1", "0.9"]);
    await expect
      .poll(() => parse(new URL(page.url()).hash))
      .toMatchObject({ k: 6, values: [1, 2, -0.4, 1.7, 1.1, 0.9] });
    expect(said).toEqual([]);
  });

  test("attack: every point and score of the three attacks is, bit for bit, that of Node; stopping is immediate", async () => {
    const { page, said, text } = await open(browser, at(`section=attack&${BACKEND}&image=9`), CALM);
    await page.waitForSelector("#attack[data-attacked]", LONG);
    // Who asks to stop is not kept waiting, whatever the worker does.
    await page.click("#race");
    const stopped = await page.evaluate(async () => {
      document.getElementById("race")!.click();
      await new Promise((done) => setTimeout(done, 0));
      return document.getElementById("race-progress")!.textContent;
    });
    expect(stopped).toBe("Stopped after 0 images.");
    // Any attack of the library, by a form of its own parameters.
    await page.selectOption("#attack-name", "fgsm");
    await eventually(() => text("#duel-own h3")).toContain("your choice: fgsm");
    await eventually(() => text("#duel-own .verdict")).toMatch(/after 1 gradients?\.$/);
    await page.waitForSelector("#attack[data-attacked]", LONG);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    const saved = JSON.parse(await readFile((await download.path())!, "utf8")) as SavedAttacks;
    expect(saved).toMatchObject({ image: 9, eps: 0.1, seed: 0 });
    await startPageBackend({ backend: saved.backend, broken: [] }, () => {});
    for (const { id, net, attack } of DUELS) {
      const [{ classifier, model }, other] = [
        await shippedNet(net),
        await shippedNet(net === "relu" ? "kwta" : "relu"),
      ];
      const request = { net, attack, image: glyph(9), label: 9, id: 9, eps: 0.1, seed: 0 };
      const { points, logits, followed, ...result } = await attackImage(
        classifier,
        other.classifier,
        request,
        () => {},
        undefined,
      );
      model.dispose();
      other.model.dispose();
      expect(saved.attacks[id]).toEqual({
        ...result,
        points: Array.from(points),
        logits: Array.from(logits),
        followed: Array.from(followed),
      });
      expect(await text(`#duel-${id} .verdict`)).toContain(result.success ? "Broken: taken for a" : "Holds: still a 9");
    }
    // How far it got, and what lies on the way; and the picture of it.
    expect(await page.getAttribute("#margins-kwta-pgd svg", "aria-label")).toMatch(/^3 starts, 60 gradients; /);
    await eventually(() => text("#logit-lines-kwta")).toMatch(/^The winner changes .*, first to a 4 at /);
    for (const type of ["svg", "png"]) {
      const [picture] = await Promise.all([page.waitForEvent("download"), page.click(`#attacks-${type}`)]);
      const content = await readFile((await picture.path())!);
      if (type === "png") expect(content.readUInt32BE(16)).toBeGreaterThan(1000);
      else expect(content.toString()).toMatch(/^<svg .*>Broken: taken for a 4, .*<\/svg>$/s);
    }
    await page.focus("#scrub");
    await page.keyboard.press("Home");
    await eventually(() => text("#duel-relu-pgd .verdict")).toBe("Unperturbed: a 9.");
    await page.keyboard.press("ArrowRight");
    await eventually(() => text("#duel-kwta-gate .verdict")).toMatch(/^Point 1 of \d+: a \d\.$/);
    // A larger eps breaks what held.
    await eventually(() => page.url()).toContain("point=1");
    await page.focus("#eps");
    await page.keyboard.press("End");
    await eventually(() => text("#duel-kwta-pgd .verdict")).toMatch(/^Broken/);
    expect(said).toEqual([]);
  });

  test("files that cannot be used: a sentence, and the page goes on", async () => {
    const { page, said, text } = await open(browser, at(`section=attack&${BACKEND}&image=0`), CALM);
    await page.waitForSelector("#attack[data-attacked]", LONG);
    const noise = Buffer.from("this is no picture");
    await page.setInputFiles("#upload", { name: "notes.png", mimeType: "image/png", buffer: noise });
    await eventually(() => text("#notice-text")).toBe(
      '"notes.png" is no image that this browser can read. Choose a PNG, JPEG, WebP or GIF with one digit in it.',
    );
    await page.click(".own-net summary");
    await page.setInputFiles("#own-file", {
      name: "notes.safetensors",
      mimeType: "application/octet-stream",
      buffer: noise,
    });
    await eventually(() => text("#notice-text")).toMatch(/^"notes\.safetensors" is not a usable safetensors file: /);
    // A picture that is one: dark ink on white paper is turned round, and what the nets see in it counts as right.
    const picture = await page.evaluate(() => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 56;
      const context = canvas.getContext("2d")!;
      context.fillStyle = "white";
      context.fillRect(0, 0, 56, 56);
      context.fillStyle = "black";
      context.fillRect(24, 8, 8, 40);
      return canvas.toDataURL().split(",")[1]!;
    });
    await page.setInputFiles("#upload", {
      name: "one.png",
      mimeType: "image/png",
      buffer: Buffer.from(picture, "base64"),
    });
    await eventually(() => text("#duel-relu-pgd .verdict")).toMatch(/Broken|Holds/);
    // The verdict may be that of the image before.
    await eventually(() => page.isVisible("#notice")).toBe(false);
    expect(said).toEqual([]);
  });

  test("backends: without WebAssembly plain JavaScript computes, and no program that stands in for a GPU; one that fails gives way to the next, and work goes on", async () => {
    const without = await open(browser, at("section=winners"), {
      beforeWorker: "delete self.WebAssembly",
    });
    await eventually(() => without.text("#winners-text")).toMatch(/its bar stands at 0\.9/);
    expect(await without.text("#backend-text")).toBe("cpu · self-check right");
    expect(await without.text("#notice-text")).toMatch(
      /it computes in plain JavaScript: everything works, many times slower/,
    );
    await without.page.context().close();

    const before =
      "const Real = Worker; self.workers = []; Worker = class extends Real { constructor(...a) { super(...a); workers.push(this); } }";
    const options = { before, beforeWorker: "delete self.OffscreenCanvas" };
    const { page, text } = await open(browser, at(`section=winners&${BACKEND}`), options);
    await eventually(() => text("#winners-text")).toMatch(/its bar stands at 0\.9/);
    await page.evaluate(() => {
      const [worker] = (globalThis as unknown as { workers: Worker[] }).workers;
      worker!.dispatchEvent(new ErrorEvent("error", { message: "the device was lost" }));
    });
    await page.focus(".knob >> nth=0");
    await page.keyboard.press("End");
    await eventually(() => text("#winners-text")).toBe("k-WTA keeps 2.0, 1.7, 1.1; its bar stands at 1.1.");
    expect(await text("#notice-text")).toBe("The backend wasm stopped working; the page goes on with cpu.");
  });

  test("a backend that is not there, no worker, no threads: a sentence each", async () => {
    const refused = await open(browser, at("section=winners&backend=webgpu"));
    await eventually(() => refused.text("#notice-text")).toMatch(
      /"webgpu" cannot be used here.*The page goes on with the best one that works\.$/,
    );
    await eventually(() => refused.text("#winners-text")).toMatch(/its bar stands at 0\.9/);
    await refused.page.context().close();

    const none = await open(browser, at("section=winners"), { before: "delete self.Worker" });
    await eventually(() => none.text("#notice-text")).toMatch(/no workers, or they are switched off/);
    await none.page.context().close();

    const plain = await servePlainly();
    const { page, text } = await open(
      browser,
      `http://127.0.0.1:${(plain.address() as AddressInfo).port}/any/path/#section=winners&backend=wasm`,
    );
    await eventually(() => text("#backend-text")).toBe("wasm · self-check right");
    await page.click("#backend-badge");
    expect(await text("#backend-details")).toMatch(/not cross-origin isolated/);
    plain.close();
    plain.closeAllConnections();
  });

  test("another image at once, and away: it is attacked once, and every card comes to an end", async () => {
    const { page, text } = await open(browser, at(`section=attack&${BACKEND}&image=0`), CALM);
    await page.waitForSelector("#attack[data-attacked]", LONG);
    await page.click('[data-image="3"]');
    await page.click('nav [data-section="winners"]');
    await page.waitForSelector("#attack[data-attacked]", LONG);
    for (const { id } of DUELS) expect(await text(`#duel-${id} .verdict`)).toMatch(/^(Broken|Holds|Wrong)/);
    // A drawing is in the address, and comes back by it.
    const drawn = packImage(glyph(12));
    await page.goto(at(`section=attack&${BACKEND}&own=${drawn}`));
    await page.reload();
    await page.waitForSelector("#attack[data-attacked]", LONG);
    expect(await page.locator('.thumb[aria-pressed="true"]').count()).toBe(0);
    expect(parse(new URL(page.url()).hash).own).toBe(drawn);
  });

  test("without the server the cards say so, and go on when it is back", async () => {
    const { page, text } = await open(browser, at(`section=winners&${BACKEND}`), CALM);
    await eventually(() => text("#winners-text")).toMatch(/its bar stands/);
    await page.route(/safetensors/, (route) => route.abort());
    await page.click('nav [data-section="attack"]');
    await eventually(() => text("#duel-kwta-pgd .verdict")).toBe("Not attacked: see the message below.");
    expect(await text("#notice-text")).toMatch(/could not be fetched/);
    expect(await page.isDisabled("#save")).toBe(true);
    await page.unroute(/safetensors/);
    await page.click('[data-image="4"]');
    await eventually(() => text("#duel-kwta-pgd .verdict")).toMatch(/^(Broken|Holds|Wrong)/);
  });

  test("a net of one's own is called what it is, and the shipped one comes back", async () => {
    const { page, text } = await open(browser, at(`section=attack&${BACKEND}`), CALM);
    await page.click(".own-net summary");
    await page.fill("#own-activation", "relu");
    await page.setInputFiles("#own-file", fileURLToPath(netFile("relu")));
    await eventually(() => text("#duel-kwta-pgd h3")).toBe("your relu netPGD");
    // As TensorFlow.js has it: all files together, or a sentence.
    const folder = await mkdtemp(join(tmpdir(), "kwta-page-"));
    const { model } = await shippedNet("relu");
    await saveModel(model, folder);
    model.dispose();
    const files = ["model.json", "weights.bin"].map((name) => join(folder, name));
    await page.setInputFiles("#own-file", files[0]!);
    await eventually(() => text("#notice-text")).toBe(
      '"model.json" needs the file "weights.bin" too. Choose all of its files together.',
    );
    await page.setInputFiles("#own-file", files);
    await eventually(() => text("#duel-kwta-pgd h3")).toBe("your netPGD");
    await rm(folder, { recursive: true });
    await page.setInputFiles("#own-file", { name: "net.onnx", mimeType: "", buffer: Buffer.from("onnx") });
    await eventually(() => text("#notice-text")).toMatch(/^"net\.onnx" is an ONNX file, .* kwta evaluate net\.onnx /);
    await page.click("#own-back");
    await eventually(() => text("#duel-kwta-pgd h3")).toBe("k-WTA netPGD");
  });

  test("the first figure needs no script, and its switch turns what holds into what is broken", async () => {
    const { page } = await open(browser, server.address, { javaScriptEnabled: false });
    expect(await page.locator(".hero-card:visible b").allTextContents()).toEqual([
      "a 9",
      "broken: taken for a 4",
      "holds: still a 9",
    ]);
    await page.check("#hero-past");
    expect(await page.locator(".hero-card:visible b").last().textContent()).toBe("broken: taken for a 4");
  });

  test.each(["light", "dark"] as const)(
    "axe finds nothing, %s; nothing is wider than a small phone",
    async (colorScheme) => {
      const viewport = { width: 320, height: 700 };
      const { page } = await open(browser, at(`section=attack&${BACKEND}`), { ...CALM, colorScheme, viewport });
      await page.waitForSelector("#attack[data-attacked]", LONG);
      for (const name of ["winners", "training", "landscapes"]) {
        await page.evaluate((id) => document.getElementById(id)!.scrollIntoView(), name);
        await page.waitForTimeout(300);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      const found = await page.evaluate(
        `${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target).join(" ")))`,
      );
      expect(found).toEqual([]);
    },
  );
});

/** What Node computes for an address: the line below the k-WTA net. */
async function numbersInNode(address: string): Promise<string> {
  const { problem, gamma, width, layers, rate, seed, step } = parse(address);
  await startPageBackend({ backend: "wasm:threads=1", broken: [] }, () => {});
  const playground = openPlayground({ problem, gamma, width, hiddenLayers: layers, learningRate: rate, seed });
  await playground.trainTo(step, undefined);
  const { nets } = await playground.picture();
  playground.dispose();
  return numbersOf(nets.kwta, makeProblem(problem, seed), "k-WTA");
}

/** A host that sends no headers of its own, with the page below some path. */
async function servePlainly(): Promise<Server> {
  const types: Record<string, string> = {
    html: "text/html",
    js: "text/javascript",
    css: "text/css",
    wasm: "application/wasm",
  };
  const plain = createServer((request, response) => {
    const path = new URL(request.url!, "http://localhost").pathname.replace(/^\/any\/path\//, "");
    const file = path === "" ? "index.html" : path;
    readFile(`${DIST}/${file}`).then(
      (content) =>
        response.writeHead(200, { "Content-Type": types[file.split(".").at(-1)!] ?? "text/plain" }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => {
    plain.listen(0, "127.0.0.1", done);
  });
  return plain;
}
