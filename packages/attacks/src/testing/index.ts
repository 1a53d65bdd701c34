export { contractTests, type ContractOptions, type ContractTest } from "./contract-tests.ts";
export { linearClassifier, type LinearClassifier, type LinearClassifierOptions } from "./linear-classifier.ts";
export { linearProblem, type LinearProblem, type LinearProblemOptions } from "./linear-problem.ts";
export { withChangedLogits, withHook, type ClassifierHook, type LogitsChange } from "./doubles.ts";
