// @ts-check
/** @import { JobResult, JobRunner, JobStore } from "@kwta/sweep" */

/** Jobs that are done at once, but for their result, which is kept: what is left is bookkeeping. @param {JobStore} store @returns {JobRunner} */
export function inMemory(store) {
  return {
    count: 1,
    async run({ id, command }) {
      const result = /** @type {JobResult} */ ({
        schema: "kwta-result@1",
        id,
        command,
        digest: id,
        testAccuracy: 0.5,
        seconds: 0,
        environment: {},
      });
      await store.keepResult(result);
      return result;
    },
  };
}
