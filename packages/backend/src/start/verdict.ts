import type { Verdict } from "../contract/backend-setup.ts";
import type { BackendReport } from "../contract/report.ts";
import { measureSpeed } from "./measure-speed.ts";

/**
 * What a verifier of a {@link BackendSetup} has to print: starts a backend and tells what it is like.
 *
 * @param start starts it as the application will
 */
export async function verdictOf(start: () => Promise<BackendReport>): Promise<Verdict> {
  const begin = performance.now();
  const { version, threads, selfCheck } = await start();
  const milliseconds = performance.now() - begin;
  const { compared, worst } = selfCheck;
  return { version, threads, compared, worst, milliseconds, gflops: await measureSpeed() };
}
