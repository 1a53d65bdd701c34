import type { Split } from "../src/index.ts";

/** Pixels in [0, 1] with the mean of the training split taken away, [size, pixels]. */
export function centred(split: Split, mean: Float64Array = meanOf(split)): Float32Array {
  const out = new Float32Array(split.images.length);
  for (let at = 0; at < out.length;) {
    for (let p = 0; p < mean.length; p++, at++) out[at] = split.images[at]! / 255 - mean[p]!;
  }
  return out;
}

export function meanOf(split: Split): Float64Array {
  const stride = split.shape[0] * split.shape[1] * split.shape[2];
  const mean = new Float64Array(stride);
  for (let at = 0; at < split.images.length;) {
    for (let p = 0; p < stride; p++, at++) mean[p]! += split.images[at]! / 255 / split.size;
  }
  return mean;
}

/** Accuracy on `test` of a softmax regression trained on `train` by momentum SGD with a falling rate. */
export function linearAccuracy(train: Split, test: Split, epochs = 15): { train: number; test: number } {
  const mean = meanOf(train);
  const [x, y] = [centred(train, mean), centred(test, mean)];
  const stride = mean.length;
  const weights = new Float32Array(10 * (stride + 1));
  const velocity = new Float32Array(weights.length);
  const gradient = new Float32Array(weights.length);
  const batch = 50;
  const steps = Math.floor(train.size / batch);
  const p = new Float64Array(10);
  const logits = (data: Float32Array, i: number) => {
    for (let c = 0, w = 0; c < 10; c++) {
      let sum = 0;
      for (let j = i * stride; j < (i + 1) * stride; j++) sum += weights[w++]! * data[j]!;
      p[c] = sum + weights[w++]!;
    }
  };
  for (let step = 0; step < epochs * steps; step++) {
    gradient.fill(0);
    for (let b = 0; b < batch; b++) {
      const i = (step % steps) * batch + b;
      logits(x, i);
      const max = Math.max(...p);
      let total = 0;
      for (let c = 0; c < 10; c++) total += p[c] = Math.exp(p[c]! - max);
      for (let c = 0, w = 0; c < 10; c++) {
        const error = (p[c]! / total - (train.labels[i] === c ? 1 : 0)) / batch;
        for (let j = i * stride; j < (i + 1) * stride; j++) gradient[w++]! += error * x[j]!;
        gradient[w++]! += error;
      }
    }
    const rate = 0.1 * (1 - step / (epochs * steps)) * Math.min(1, 784 / stride);
    for (let k = 0; k < weights.length; k++) {
      velocity[k] = 0.9 * velocity[k]! - gradient[k]! - 1e-4 * weights[k]!;
      weights[k]! += rate * velocity[k]!;
    }
  }
  const accuracy = (data: Float32Array, split: Split) => {
    let right = 0;
    for (let i = 0; i < split.size; i++) {
      logits(data, i);
      if (p.indexOf(Math.max(...p)) === split.labels[i]) right++;
    }
    return right / split.size;
  };
  return { train: accuracy(x, train), test: accuracy(y, test) };
}
