import "@tensorflow/tfjs-backend-cpu";
import { contractTests } from "@kwta/attacks/testing";
import { test } from "vitest";
import { attacks } from "../src/attacks.ts";

const tests = attacks.flatMap((attack) => contractTests(attack({ steps: 120 })));

test.each(tests.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
