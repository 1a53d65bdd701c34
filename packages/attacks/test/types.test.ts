import type { ParamsGiven } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import { describe, expectTypeOf, test } from "vitest";
import {
  adaptive,
  cascade,
  defineAttack,
  defineCombinator,
  defineIterative,
  gradientEstimate,
  pgd,
  restarts,
  runAttack,
  type Attack,
  type AttackLike,
  type AttackMaker,
  type AttackResult,
  type GradientOracle,
  type LabelOracle,
  type RunAttackOptions,
  type ScoreOracle,
} from "../src/index.ts";

// What a program relies on, held by the type checker; nothing here runs.
const nothing = {
  id: "types/nothing",
  version: "1.0.0",
  norms: ["linf"],
  goals: ["untargeted"],
  stochastic: false,
} as const;

describe("types of the contract", () => {
  test("makers and attacks of all kinds fit into one list", () => {
    for (const each of [pgd, gradientEstimate, pgd({ steps: 3 }), cascade(pgd, restarts(pgd, { count: 2 }))]) {
      expectTypeOf(each).toExtend<AttackLike>();
    }
    expectTypeOf([pgd, gradientEstimate]).toExtend<readonly AttackMaker[]>();
    expectTypeOf(pgd()).toEqualTypeOf<Attack>();
    expectTypeOf(adaptive(pgd, { backward: ["gate:0.1"] })).toEqualTypeOf<Attack>();
  });

  test("parameters are typed from the schema, for callers and for the attack", () => {
    type Given = NonNullable<Parameters<typeof pgd>[0]>;
    expectTypeOf<Given["steps"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Given["stepSize"]>().toEqualTypeOf<number | string | undefined>();
    // @ts-expect-error no such parameter
    void (() => pgd({ step: 3 }));
    // @ts-expect-error not a number
    void (() => pgd({ steps: "three" }));
    // @ts-expect-error not one of the choices
    void (() => pgd({ loss: "hinge" }));
    const params = {
      steps: { type: "integer", default: 1, description: "" },
      mode: { type: "choice", choices: ["a", "b"], default: "a", description: "" },
      sizes: { type: "numbers", default: [1], description: "" },
      reach: { type: "length", default: "0.1 eps", description: "" },
      isOn: { type: "boolean", default: false, description: "" },
    } as const;
    defineAttack({
      ...nothing,
      access: "label",
      params,
      async run(ctx) {
        expectTypeOf(ctx.params.steps).toEqualTypeOf<number>();
        expectTypeOf(ctx.params.mode).toEqualTypeOf<"a" | "b">();
        expectTypeOf(ctx.params.sizes).toEqualTypeOf<readonly number[]>();
        expectTypeOf(ctx.params.isOn).toEqualTypeOf<boolean>();
      },
    });
    expectTypeOf<ParamsGiven<typeof params>["reach"]>().toEqualTypeOf<number | string | undefined>();
  });

  test("an attack sees of the model what its access says", () => {
    defineAttack({
      ...nothing,
      access: "label",
      params: {},
      async run({ oracle }) {
        expectTypeOf(oracle).toEqualTypeOf<LabelOracle>();
        // @ts-expect-error labels only
        void oracle.logits;
      },
    });
    defineAttack({
      ...nothing,
      access: "score",
      params: {},
      run: async ({ oracle }) => void expectTypeOf(oracle).toEqualTypeOf<ScoreOracle>(),
    });
    defineCombinator({
      id: "types/combinator",
      version: "1.0.0",
      params: {},
      run: async ({ oracle }) => void expectTypeOf(oracle).toEqualTypeOf<GradientOracle>(),
    });
  });

  test("the state of an iterative attack keeps its tensors' names", () => {
    defineIterative({
      ...nothing,
      access: "gradient",
      params: {},
      steps: () => 1,
      init: ({ x }) => ({ x, momentum: x }),
      step(_, state) {
        expectTypeOf(state.momentum).toEqualTypeOf<tf.Tensor>();
        // @ts-expect-error no such tensor
        void state.velocity;
        return state;
      },
    });
  });

  test("what a run takes and gives", () => {
    expectTypeOf(runAttack).returns.resolves.toEqualTypeOf<AttackResult>();
    // @ts-expect-error no such option
    void ({ threat: { norm: "linf", eps: 1 }, seed: 0, goal: "targeted" } satisfies RunAttackOptions);
    // @ts-expect-error no such norm
    void ({ threat: { norm: "l7", eps: 1 }, seed: 0 } satisfies RunAttackOptions);
    // @ts-expect-error results cannot be changed
    void ((result: AttackResult) => (result.seed = 1));
  });
});
