export { convolve, convolveBackToFilter, convolveBackToInput } from "./convolution";
export { matMul } from "./mat-mul";
export { packRight } from "./pack";
export { winogradFilter, winogradFilterGradient, winogradForward, winogradInput, winogradProducts, winogradTiles } from "./winograd";
export { batchGradientSums, batchMoments, combineChannels, scaleChannels, sumRows } from "./batch-norm";
export { elementwise } from "./elementwise";
export { averagePoolBack, depthwiseBackToFilter, depthwiseBackToInput, maxPoolBack } from "./window";
