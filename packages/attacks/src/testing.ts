export { contractTests, type ContractOptions, type ContractTest } from "./testing/contract-tests.ts";
export { linearClassifier, type LinearClassifier, type LinearClassifierOptions } from "./testing/linear-classifier.ts";
export { linearProblem, type LinearProblem, type LinearProblemOptions } from "./testing/linear-problem.ts";
export { withChangedLogits, withHook, type ClassifierHook, type LogitsChange } from "./testing/doubles.ts";
