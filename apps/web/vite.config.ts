import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { heroFigure, readHero } from "./hero/figure.ts";
import { addressesOf, knownLinks, socialTags } from "./hero/head.ts";
import { SOCIAL_SIZE, socialPicture } from "./hero/social-picture.ts";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

/** The page passes on wasm files of TensorFlow.js, so their licence goes with them. */
const licence: Plugin = {
  name: "licence",
  generateBundle() {
    const text = new URL("../../packages/backend-wasm/wasm/Apache-2.0.txt", import.meta.url);
    this.emitFile({ type: "asset", fileName: "assets/tensorflow-Apache-2.0.txt", source: readFileSync(text) });
  },
};

/** FILE.gz beside each FILE that gets smaller by it, for servers that send it then: `kwta serve` does. */
const compressed: Plugin = {
  name: "compressed",
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(html|js|css|svg|wasm|safetensors)$/.test(each))) {
      const content = readFileSync(`${dir}/${name}`);
      const small = gzipSync(content, { level: 9 });
      if (small.length < 0.95 * content.length) writeFileSync(`${dir}/${name}.gz`, small);
    }
  },
};

const SOCIAL = "social.png";

/** The first figure, written into the page: it is there before any script. And the picture by which others show a link to it. */
const hero: Plugin = {
  name: "hero",
  transformIndexHtml(html) {
    const addresses = addressesOf(process.env);
    return html
      .replace("<!--hero-->", heroFigure(readHero()))
      .replace("<!--social-->", socialTags(addresses, SOCIAL, SOCIAL_SIZE))
      .replace("<!--links-->", knownLinks(addresses));
  },
  generateBundle() {
    this.emitFile({ type: "asset", fileName: SOCIAL, source: socialPicture(readHero()) });
  },
};

/** Relative addresses throughout, so that the built folder works wherever it is put, below any path and offline. */
export default defineConfig({
  base: "./",
  // The packages' sources, in a build too: one way to the page.
  resolve: { conditions: ["@kwta/source", ...defaultClientConditions] },
  worker: { format: "es" },
  plugins: [hero, licence, compressed],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // TensorFlow.js in one piece, for the worker alone.
    chunkSizeWarningLimit: 2000,
  },
  server: { headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" } },
});
