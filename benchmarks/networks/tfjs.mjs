// @ts-check
import { prepareNet } from "../backends/tfjs-network.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/**
 * @param {Parameters<typeof prepareNet>[0]} work
 * @returns {Prepared}
 */
export const prepare = (work) => prepareNet(work);
