export { webgpu, WEBGPU_SCHEMA } from "./webgpu.ts";
