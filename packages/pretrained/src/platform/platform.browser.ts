import { InputError } from "@kwta/core";
import type { PretrainedPlatform } from "./platform.ts";

export const platform: PretrainedPlatform = {
  async read(url, what) {
    const response = await fetch(url).catch((error: Error) => {
      throw new InputError(`${url.href}, which holds ${what}, cannot be fetched: ${error.message}.`, { cause: error });
    });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new InputError(`${url.href}, which holds ${what}, cannot be fetched: the server answers ${response.status}.`);
  },
};
