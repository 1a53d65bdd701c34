import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { asClassifier, defineAttack, pgd, provenanceOf, type AttackProvenance, type Norm } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import {
  adaptiveProtocol,
  evaluate,
  fitProtocol,
  minimumNormProtocol,
  paper,
  parseProtocol,
  PROTOCOLS,
  quick,
  readProtocol,
  standard,
  withAttacks,
  writeProtocol,
  type Protocol,
} from "../src/index.ts";

const NORMS: readonly Norm[] = ["linf", "l2", "l1", "l0"];
const kwtaNet = { choosableBackward: true };
const plainNet = { choosableBackward: false };

/** What a protocol runs, as a person writes it. */
function runs(protocol: Protocol): string[] {
  return writeProtocol(protocol).entries.map(({ id, attack }) => (id === attack ? id : `${id} = ${attack}`));
}

/** With every parameter, the defaults too. What an attack of one version does is its own matter. */
function whole({ id, params, of }: AttackProvenance): string {
  const parts = of.length > 0 ? `(${of.map(whole).join(", ")})` : "";
  return `${id}${parts} ${JSON.stringify(params)}`;
}

test.each(PROTOCOLS.map((maker) => [`${maker.id}@${maker.version}`, maker] as const))("%s is frozen", (_, maker) => {
  // Another attack, constant, default or order is another version of the protocol.
  const lines = maker().entries.map(({ attack, ...rest }) => `${JSON.stringify(rest)} ${whole(provenanceOf(attack))}`);
  expect(lines).toMatchSnapshot();
});

describe.each(PROTOCOLS.map((maker) => [maker.id, maker] as const))("%s", (_, maker) => {
  test("is the same after a journey through JSON", () => {
    const protocol = maker();
    const again = readProtocol(JSON.parse(JSON.stringify(writeProtocol(protocol))));
    expect(again.id).toBe(protocol.id);
    const plain = ({ entries }: Protocol): unknown =>
      entries.map((entry) => ({ ...entry, attack: provenanceOf(entry.attack) }));
    expect(JSON.parse(JSON.stringify(plain(again)))).toEqual(JSON.parse(JSON.stringify(plain(protocol))));
  });

  test.each(NORMS)("has in %s only attacks that work there, or says where it has some", (norm) => {
    for (const net of [kwtaNet, plainNet]) {
      const has = maker().entries.some(({ norms, attack }) => (norms ?? attack.norms).includes(norm));
      const fit = (): Protocol => fitProtocol(maker, norm, net);
      if (!has) expect(fit).toThrow(`The protocol ${maker.id}@${maker.version} has no attack in ${norm}, but in linf`);
      else
        for (const { attack } of fit().entries)
          expect([attack.id, attack.norms]).toEqual([attack.id, expect.arrayContaining([norm])]);
    }
  });
});

test("AutoAttack's constants are in the norms where it has them", () => {
  expect(runs(fitProtocol(standard, "l2", plainNet))).toEqual([
    "apgd-ce = apgd",
    "apgd-t = multi-target(apgd:loss=dlr)",
    "fab-t = multi-target(fab:rivals=1)",
    "square",
  ]);
  expect(runs(fitProtocol(standard, "l1", plainNet))).toEqual([
    "apgd-ce = apgd:restarts=5",
    "apgd-t = multi-target(apgd:loss=dlr):targets=5",
    "fab-t = multi-target(fab:rivals=1)",
    "square",
  ]);
});

test("adaptive goes through the gate where there is one, and is AutoAttack's standard elsewhere", () => {
  const gate = runs(fitProtocol(adaptiveProtocol, "linf", kwtaNet));
  expect(gate.map((each) => each.split(" ")[0])).toEqual([
    "pgd",
    "apgd-ce",
    "gate",
    "gate-malt",
    "gate-eot",
    "gate-again",
    "square",
    "gradient-estimate",
  ]);
  expect(runs(fitProtocol(adaptiveProtocol, "linf", plainNet))).toEqual([
    "pgd",
    ...runs(fitProtocol(standard, "linf", plainNet)),
  ]);
});

test("a text names a protocol, with its version and parameters", () => {
  expect(parseProtocol("standard@1").id).toBe("standard@1");
  expect(parseProtocol("quick:steps=20").id).toBe("quick@1:steps=20");
  expect(() => parseProtocol("standart")).toThrow('Unknown protocol "standart". Known: standard');
  expect(() => parseProtocol("standard@2")).toThrow("Known: standard@1");
  expect(() => parseProtocol("standard:steps=3")).toThrow("Unknown parameter of the protocol standard");
});

describe("a protocol of one's own, in JSON", () => {
  const mine = {
    schema: "kwta-protocol@1",
    id: "mine",
    version: 3,
    entries: [
      { id: "pgd", attack: "pgd:steps=100,stepSize=2/255" },
      { id: "own", attack: "me/own", on: "survivors", samples: 20, role: "diagnostic", rounds: 2, passes: 500 },
      { id: "far", attack: "fmn", aim: "nearest", norms: ["l2"], nets: "choosable" },
    ],
  };
  const own = defineAttack({ ...pgd, id: "me/own", params: {}, run: async () => {} });

  test("names attacks of any package", () => {
    const { id, entries } = readProtocol(mine, [own]);
    expect(id).toBe("mine@3");
    expect(entries[0]!.attack.params).toMatchObject({ steps: 100, stepSize: "2/255" });
    expect(entries[1]).toMatchObject({ on: "survivors", samples: 20, role: "diagnostic", rounds: 2, passes: 500 });
    expect(entries[1]!.attack.id).toBe("me/own");
    expect(entries[2]).toMatchObject({ aim: "nearest", norms: ["l2"], nets: "choosable" });
    expect(() => readProtocol(mine)).toThrow('Unknown attack "me/own"');
  });

  const entry = (changes: object): object => ({ ...mine, entries: [{ id: "pgd", attack: "pgd", ...changes }] });
  test.each([
    [[], "A protocol is an object, and this is []."],
    [{ ...mine, schema: undefined }, 'Write "schema": "kwta-protocol@1".'],
    [{ ...mine, entrys: [] }, 'Unknown option of the protocol "entrys". Known: entries'],
    [{ ...mine, id: "a b" }, 'The protocol\'s id is "a b". Use letters, digits and dashes.'],
    [{ ...mine, version: "1" }, 'The protocol\'s version is "1". Use a whole number from 1.'],
    [{ ...mine, entries: [] }, "The protocol's entries are []. Give a list with at least one attack."],
    [{ ...mine, entries: ["pgd"] }, 'The protocol\'s entry 1 is "pgd", and should be an object.'],
    [entry({ id: 7 }), "The protocol's entry 1 has the id 7. Give it a name."],
    [entry({ attack: { id: "pgd" } }), 'Write it as text: "pgd:steps=40".'],
    [entry({ attack: "pgdd" }), 'Unknown attack "pgdd". Known: pgd'],
    [entry({ attack: "pgd:step=3" }), 'Unknown parameter of pgd "step". Known: steps'],
    [entry({ sample: 3 }), 'Unknown part of the protocol\'s entry 1 "sample". Known: samples'],
    [entry({ samples: 0 }), 'samples of "pgd" is 0. It takes a whole number of at least 1.'],
    [entry({ on: "survivor" }), 'on of "pgd" is "survivor". It takes "all" or "survivors".'],
    [entry({ eps: [] }), 'eps of "pgd" is []. It takes a list of positive numbers.'],
    [entry({ norms: ["l3"] }), 'norms of "pgd" is ["l3"]. It takes a list of linf, l2, l1, l0.'],
  ])("%j is refused", (value, message) => {
    expect(() => readProtocol(value)).toThrow(message);
  });

  test("is checked where it is run", async () => {
    const classifier = asClassifier((x) => tf.reshape(x, [-1, 2]), { inputShape: [2], numClasses: 2 });
    const run = (...entries: object[]): Promise<unknown> =>
      evaluate(
        classifier,
        { x: tf.tensor2d([[0.9, 0.1]]), labels: Int32Array.of(0) },
        { protocol: readProtocol({ ...mine, entries }), threat: { norm: "l0", eps: 1 } },
      );
    const fast = { id: "fast", attack: "fmn:steps=2" };
    await expect(run(fast, fast)).rejects.toThrow("The protocol mine@3 has two attacks of the name");
    await expect(run({ ...fast, nets: "choosable" })).rejects.toThrow(
      "The protocol mine@3 has no attack for networks without layers whose backward pass can be chosen.",
    );
    await expect(run({ ...fast, attack: "pgd", aim: "nearest" })).rejects.toThrow("works in linf, l2, l1, not in l0");
    // Of two that are never run together the names may be equal.
    await run(fast, { ...fast, nets: "choosable" }, { ...fast, norms: ["l2"] });
  });

  test("what is added to one makes it another", () => {
    const more = withAttacks(quick({ steps: 3 }), [{ id: "square", attack: pgd() }]);
    expect(readProtocol(JSON.parse(JSON.stringify(writeProtocol(more)))).id).toBe("quick-1-steps-3-square@1");
  });
});

test("paper and minimum-norm keep to the constants that they are named after", () => {
  expect(runs(fitProtocol(paper, "linf", plainNet))).toEqual([
    "pgd = pgd:stepSize=3/31 eps,loss=cross-entropy",
    "cw = cw-linf:iterations=10,constant=0.01",
    "deepfool = deepfool:steps=20",
    "mim = mim:stepSize=7/31 eps",
  ]);
  expect(runs(fitProtocol(minimumNormProtocol, "l0", plainNet))).toEqual(["fmn = fmn:steps=1000", "sigma-zero"]);
  expect(runs(fitProtocol(minimumNormProtocol, "l2", plainNet))).toEqual([
    "apgd = minimum-norm(apgd:steps=48)",
    "fmn = fmn:steps=1000",
    "ddn = ddn:steps=1000",
  ]);
});
