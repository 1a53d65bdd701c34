import { InputError } from "@kwta/core";
import { readFile } from "node:fs/promises";
import type { PretrainedPlatform } from "./platform.ts";

export const platform: PretrainedPlatform = {
  async read(url, what) {
    try {
      return await readFile(url);
    } catch (error) {
      throw new InputError(
        `There is no ${url.pathname}, which holds ${what}. Install @kwta/pretrained anew; a program that was bundled needs ` +
          "its folder weights beside it.",
        { cause: error },
      );
    }
  },
};
