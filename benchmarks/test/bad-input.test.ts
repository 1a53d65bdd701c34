import { expect, test } from "vitest";
import { bench, built, unbuilt } from "./bench.ts";

test.skipIf(!built).each([
  [["frobnicate"], /Unknown benchmark "frobnicate". Known: .*op/],
  [["op", "--frobnicate"], /'--frobnicate'.*--quick/],
  [["op", "backends"], /"backends" is one name too many/],
  [["op", "--json"], /'--json <value>' argument missing/],
  [["op", "--quick", "--json", "no/such/folder/op.json"], /no\/such\/folder/],
  [["op", "--quick", "--json", "."], /"." is a folder/],
  [["backends", "--cases", "conv3x3,lstm"], /No case has "lstm" in its name. There are: conv3x3 64@32/],
  [["op", "--contestants", "keras"], /No contestant has "keras" in its name. There are: kwta-/],
  [["fuzz", "--cases", "pth"], /fuzz has no cases to choose from/],
  [["evaluation", "--images", "0"], /--images is "0"; give a whole number/],
] as [string[], RegExp][])(`bench %j: one sentence, exit code 2${unbuilt}`, async (args, message) => {
  const { code, stdout, stderr } = await bench(args);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test.skipIf(!built)(`without a name the benchmarks are listed${unbuilt}`, async () => {
  const { code, stdout } = await bench([]);
  expect(stdout).toMatch(
    /^attackbench +\w.*\nattacks +\w.*\nbackends +\w.*\ndata +\w.*\nevaluation +\w.*\nfold +\w.*\nfuzz +\w.*\ngradients +\w.*\nnetworks +\w.*\nop +\w/,
  );
  expect(code).toBe(0);
});
