import { InputError } from "@kwta/core";
import type { WebgpuBackend } from "./webgpu-backend.ts";

/** What became of a device. */
export interface DeviceState {
  /** Why it cannot be used any more; undefined while it can. */
  lost: Error | undefined;
  /** Told when it is lost. */
  onLost: ((error: Error) => void) | undefined;
}

/**
 * Turns what goes wrong on a device into errors of the next operation. By itself WebGPU goes on in silence: what a lost
 * device or one without memory computes is never written, and TensorFlow.js hands out whatever the memory held.
 */
export function guardDevice(backend: WebgpuBackend): DeviceState {
  const { device } = backend;
  const state: DeviceState = { lost: undefined, onLost: undefined };
  let failure: Error | undefined;
  const ended = device.lost.then(({ reason, message }) => {
    state.lost = lostError(reason, message);
    state.onLost?.(state.lost);
  });
  device.addEventListener("uncapturederror", (event) => {
    // Else a browser prints it.
    event.preventDefault();
    failure ??= deviceError(event.error);
  });
  const check = (): void => {
    const error = state.lost ?? failure;
    // What was computed before it is wrong; what comes after it need not be.
    failure = undefined;
    if (error) throw error;
  };

  const uploadToGPU = backend.uploadToGPU.bind(backend);
  backend.uploadToGPU = (dataId) => {
    if (state.lost) throw state.lost;
    uploadToGPU(dataId);
  };
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    check();
    try {
      const values = await read(dataId);
      check();
      return values;
    } catch (error) {
      // The news of a loss may come just after the failure that it causes.
      if (!(error instanceof InputError)) await Promise.race([ended, pause(LATEST_NEWS)]);
      throw state.lost ?? error;
    }
  };
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    const isHere = backend.tensorMap.get(dataId).values != null;
    // By way of a picture, which Node cannot draw.
    if (isHere || typeof OffscreenCanvas !== "undefined") return readSync(dataId);
    throw new InputError(
      "Node cannot read a tensor of the webgpu backend at once. Use await tensor.data() in place of dataSync(), or another " +
        'backend, such as "wasm".',
    );
  };
  return state;
}

/** In milliseconds. */
const LATEST_NEWS = 200;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function lostError(reason: string, message: string): InputError {
  const details = [reason === "destroyed" ? "it was destroyed" : "", message.trim()].filter(Boolean).join(": ");
  return new InputError(
    `The GPU was lost${details ? ` (${details})` : ""}, and all tensors on it. Start a backend anew, webgpu or another one ` +
      'such as "wasm", and load the model again, from its last checkpoint if it was in training.',
  );
}

function deviceError({ message }: GPUError): InputError {
  const outOfMemory = /memory/i.test(message) || /too large|exceeds the max/i.test(message);
  const advice = outOfMemory
    ? "Use a smaller batch or a smaller model."
    : 'Use another backend, such as "wasm", and report this.';
  return new InputError(`The GPU could not compute: ${firstLine(message)}. ${advice}`);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]!.replace(/\.$/, "");
}
