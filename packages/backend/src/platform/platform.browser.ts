import type { Platform } from "./platform.ts";

export const platform: Platform = {
  environment: () => ({}),
  describeCpu: () => `CPU, ${navigator.hardwareConcurrency} threads`,
  // Which copies there are was settled when the page was made.
  checkCopies() {},
};
