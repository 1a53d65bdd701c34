/** What the backend has: the kernels look at it at each call, because a process may start the backend anew. */
export interface TensorflowSettings {
  /** Whether the ops of our native code are there. */
  readonly native: boolean;
  /** Whether to compute 3x3 convolutions by Winograd's algorithm. */
  readonly winograd: boolean;
}

let settings: TensorflowSettings = { native: false, winograd: false };

export function setSettings(value: TensorflowSettings): void {
  settings = value;
}

export function currentSettings(): TensorflowSettings {
  return settings;
}
