export { convolve, convolveBackToFilter, convolveBackToInput } from "./convolution";
export { matMul } from "./mat-mul";
export { packRight } from "./pack";
export { winogradFilter } from "./winograd-filter";
export { winogradFilterGradient, winogradProducts, winogradSegment, winogradTiles } from "./winograd-filter-gradient";
export { winogradForward, winogradInput } from "./winograd-forward";
export { batchGradientSums, batchMoments, combineChannels, scaleChannels, sumRows } from "./batch-norm";
export { copyRows } from "./copy-rows";
export { elementwise, momentumStep } from "./elementwise";
export {
  averagePool,
  averagePoolBack,
  depthwiseBackToFilter,
  depthwiseBackToInput,
  maxPool,
  maxPoolBack,
} from "./window";
export { convolve3dBackToFilter, convolve3dBackToInput, maxPool3d, maxPool3dBack } from "./volume";
