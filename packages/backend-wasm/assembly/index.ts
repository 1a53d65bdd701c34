export { convolve, convolveBackToFilter, convolveBackToInput } from "./convolution";
export { matMul } from "./mat-mul";
export { packRight } from "./pack";
export { winogradFilter } from "./winograd-filter";
export { winogradFilterGradient, winogradProducts, winogradSegment, winogradTiles } from "./winograd-filter-gradient";
export { winogradForward, winogradInput } from "./winograd-forward";
export { batchGradientSums, batchMoments, combineChannels, scaleChannels, sumRows } from "./batch-norm";
export { elementwise } from "./elementwise";
export { averagePoolBack, depthwiseBackToFilter, depthwiseBackToInput, maxPoolBack } from "./window";
