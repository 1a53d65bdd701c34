const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Does some work and then puts the process's listeners for failures back as they were. TensorFlow.js's wasm scripts add
 * listeners that throw every failure again, which hides where it came from, and remove everybody's when they are disposed.
 */
export async function keepProcessListeners<T>(work: () => Promise<T>): Promise<T> {
  const before = EVENTS.map((event) => process.rawListeners(event));
  try {
    return await work();
  } finally {
    EVENTS.forEach((event, i) => {
      process.removeAllListeners(event);
      before[i]!.forEach((listener) => process.on(event, listener as (...values: unknown[]) => void));
    });
  }
}
