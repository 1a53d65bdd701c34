import { measureSpeed, type BackendReport, type Verdict } from "@kwta/backend";

/**
 * All that the program does which verifies a setup: starts the backend and prints what it is like, or why it cannot be used.
 *
 * @param start starts a backend as the application will
 */
export async function printVerdict(start: (options: { backend: string }) => Promise<BackendReport>): Promise<void> {
  try {
    const begin = performance.now();
    const { version, threads, selfCheck } = await start({ backend: "tensorflow" });
    const milliseconds = performance.now() - begin;
    const { compared, worst } = selfCheck;
    const verdict: Verdict = { version, threads, compared, worst, milliseconds, gflops: await measureSpeed() };
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
