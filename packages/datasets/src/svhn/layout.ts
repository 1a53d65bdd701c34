import { breathe } from "@kwta/core";
import { joinParts, type DecodedImages } from "../archives/join-parts.ts";
import type { DataFile, Layout } from "../files/layout.ts";
import { decodeSvhn } from "./svhn.ts";

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
/** The largest file, unpacked or not, has less than this many bytes. */
const MOST = 2 ** 31 - 1;

function svhnLayout(name: "svhn" | "svhn-extra"): Layout {
  const train = name === "svhn" ? ["train"] : ["train", "extra"];
  return {
    name,
    title: name === "svhn" ? "SVHN" : "SVHN with its extra images",
    folders: ["svhn", "SVHN"],
    files: [...train, "test"].map((part) => ({ names: [`${part}_32x32.mat`], most: MOST })),
    advice: `Put ${[...train, "test"].map((part) => `${part}_32x32.mat`).join(", ")} there.`,
    async build(files, { signal, onProgress }) {
      const parts: DecodedImages[] = [];
      for (const file of files as readonly DataFile[]) {
        await breathe(signal);
        parts.push(await decodeSvhn(await file.read(), file.source));
        onProgress?.({ task: `read ${name}`, done: parts.length, total: files.length, unit: "file" });
      }
      const test = joinParts(parts.splice(-1), [32, 32, 3]);
      return { name, shape: test.shape, classNames: DIGITS, train: joinParts(parts, [32, 32, 3]), test };
    },
  };
}

/** SVHN's cropped digits. */
export const SVHN_LAYOUTS: readonly Layout[] = [svhnLayout("svhn")];

/** The same with the 531,131 easier ones at the end of the training images. */
export const SVHN_EXTRA_LAYOUTS: readonly Layout[] = [svhnLayout("svhn-extra")];
