/** The way to a worker, or from it: messages that can be structured clones. */
export interface Port {
  post(message: unknown): void;
  /** There is one listener. */
  onMessage(listener: (message: unknown) => void): void;
  /** Told once when the other side is gone, with the reason, for people. */
  onEnd(listener: (reason: string) => void): void;
  /** Ends the worker, whatever it is doing. */
  end(): Promise<void>;
}
