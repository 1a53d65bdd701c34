// @ts-check
export { prepareNet as prepare } from "../backends/tfjs-network.mjs";
