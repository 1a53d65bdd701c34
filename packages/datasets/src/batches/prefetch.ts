import { checkWhole } from "@kwta/core";

/**
 * Asks a slow source for its next elements before they are wanted, so that reading and decoding go on while a backend
 * computes elsewhere or the program waits. Order and elements stay as they are; an error comes when its element would.
 *
 * {@link batches} needs none of this: a batch is made of bytes in memory in well under a millisecond.
 *
 * @param ahead how many elements are under way at most
 */
export async function* prefetch<T>(source: AsyncIterable<T>, ahead = 2): AsyncGenerator<T, void, undefined> {
  checkWhole("The number of elements under way", ahead, 1, 1024);
  const iterator = source[Symbol.asyncIterator]();
  const underWay: Promise<IteratorResult<T>>[] = [];
  const ask = (): void => {
    const next = iterator.next();
    // Its error is thrown when its turn comes, and is nobody's when the reader has stopped before.
    next.catch(() => {});
    underWay.push(next);
  };
  try {
    for (let i = 0; i < ahead; i++) ask();
    for (;;) {
      const { done, value } = await underWay.shift()!;
      if (done) return;
      ask();
      yield value;
    }
  } finally {
    await Promise.allSettled(underWay);
    await iterator.return?.();
  }
}
