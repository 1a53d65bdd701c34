import { isSystemFault, reasonOf } from "@kwta/core";

/**
 * What becomes of the program when its output cannot be written. When whoever read it has left, as `head` does, it ends
 * without a word, with the exit code that shells report of programs that SIGPIPE ends. When the terminal has been closed it
 * goes on to save its work. Anything else, such as a full disk, stops it as a Ctrl-C does.
 *
 * @returns whether output was lost, by then
 */
export function watchOutput(): () => boolean {
  let lost = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(141);
      if (!isSystemFault(error)) throw error;
      if (error.code === "EIO" || lost) return;
      lost = true;
      if (stream === process.stdout) process.stderr.write(`Cannot write the output: ${reasonOf(error)}.\n`);
      if (!process.emit("SIGTERM")) process.exit(2);
    });
  }
  return () => lost;
}
