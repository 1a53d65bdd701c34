import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SetupOptions } from "@kwta/backend";
import { InputError } from "@kwta/core";
import { checkGlibc, checkRoom, megabytes } from "./check-system.node.ts";
import { fetchWheel, findPython } from "./fetch-wheel.node.ts";
import { libtensorflowIn, pythonTensorflow } from "./find-libtensorflow.node.ts";
import type { Libtensorflow } from "./setup-record.node.ts";
import type { SetupWishes } from "./setup-schema.ts";
import { wheelFor, type Wheel } from "./wheels.ts";

/**
 * Gets it from a folder, from Python, or from the package index.
 *
 * @param temporary a folder for what is not done yet
 * @throws InputError when it cannot be had
 */
export async function getLibtensorflow(
  folder: string,
  temporary: string,
  { from, version, gpu }: SetupWishes,
  options: SetupOptions,
): Promise<Libtensorflow> {
  const { force = false, confirm } = options;
  if (from !== undefined) return { ...libtensorflowIn(from), version: version ?? "unknown", gpu, own: false };
  const platform = `${process.platform}-${process.arch}`;
  const wheel = wheelFor(platform, gpu, version);
  const name = wheel && `${wheel.name}-${wheel.version}-${platform}${gpu ? "-gpu" : ""}`;
  const own = (): Libtensorflow => {
    return { ...libtensorflowIn(join(folder, name!)), version: wheel!.version, gpu, own: true };
  };
  if (name !== undefined && !force && existsSync(join(folder, name))) return own();
  const found = gpu ? undefined : await pythonTensorflow(version);
  if (found) return { ...found, gpu, own: false };
  if (!wheel || name === undefined) throw new InputError(noWheel(platform, gpu));
  checkGlibc(wheel);
  const python = await findPython();
  const { transfer, room } = needs(wheel, gpu);
  await checkRoom(folder, room);
  const what = `TensorFlow ${wheel.version}: a download of ${transfer}, and ${megabytes(room)} of disk while it is set up`;
  if (confirm && !(await confirm(what))) throw new InputError("Nothing was set up. Use --yes, or --from FOLDER.");
  const unpacked = join(temporary, "wheel");
  await mkdir(unpacked, { recursive: true });
  await fetchWheel(wheel, unpacked, { ...options, python, gpu });
  libtensorflowIn(unpacked);
  await rm(join(folder, name), { recursive: true, force: true });
  await rename(unpacked, join(folder, name));
  return own();
}

/** Measured for linux-x64; with CUDA estimated. */
function needs({ bytes }: Wheel, gpu: boolean): { transfer: string; room: number } {
  if (gpu) return { transfer: "some 3 GB", room: 9e9 };
  return { transfer: megabytes(bytes ?? 280e6), room: 1.25e9 };
}

function noWheel(platform: string, gpu: boolean): string {
  const what = gpu ? `${platform} with CUDA` : platform;
  return `There is no package of TensorFlow for ${what}. If you have libtensorflow_cc, name its folder with --from.`;
}
