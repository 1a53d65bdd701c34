import { defaultClientConditions, defineConfig } from "vite";

/** Relative addresses throughout, so that the built folder works wherever it is put, below any path and offline. */
export default defineConfig({
  base: "./",
  // The packages' sources, in a build too: one way to the page.
  resolve: { conditions: ["@kwta/source", ...defaultClientConditions] },
  worker: { format: "es" },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // TensorFlow.js in one piece, for the worker alone.
    chunkSizeWarningLimit: 2000,
  },
  server: { headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" } },
});
