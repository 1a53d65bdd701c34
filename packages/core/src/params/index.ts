export { parseLength, type Length } from "./length.ts";
export { parseFraction, parseNumber } from "./number.ts";
export { formatParams, formatValue, parseParams } from "./param-text.ts";
export { resolveParams, whatItTakes } from "./resolve.ts";
export type { ParamSchema, Params, ParamsGiven, ParamsOf, ParamSpec, ParamValue } from "./schema.ts";
export { formatSpec, parseSpec, type Spec } from "./spec.ts";
