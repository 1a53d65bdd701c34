export { breakReluGateGrad, breakReluPass } from "./break-relu";
export { kwta, kwtaGateGrad, kwtaGrad } from "./kwta";
export { lwtaGateGrad, lwtaPass } from "./lwta";
export { passReaching } from "./pass-winners";
