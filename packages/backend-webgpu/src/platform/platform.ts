/** What Node and browsers do in their own ways. */
export interface WebgpuPlatform {
  /**
   * The way to GPUs.
   *
   * @throws Error that says why there is none, and what to do about it
   */
  findGpu(): Promise<GPU>;
  /** Why there may be no adapter, and what to do about it. */
  whyNoAdapter(): string;
  /** Does some work while `navigator.gpu` is there, which TensorFlow.js looks for. */
  withNavigator<T>(gpu: GPU, work: () => T): T;
}
