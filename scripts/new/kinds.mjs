/**
 * @typedef {object} Kind What a new thing of a kind begins as: a copy of a small one that is there, under its own names.
 * @property {readonly string[]} copy Files of the one that is there.
 * @property {Readonly<Record<string, readonly string[]>>} repeat Fragments of lists that name it: each is repeated behind itself.
 * @property {(name: string) => readonly (readonly [from: string, to: string])[]} rename Longer names first.
 * @property {RegExp} takes Names that it may have.
 * @property {string} next What is to be done next.
 */

const WORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @param {string} name `my-thing` @returns `myThing` */
function camel(name) {
  return name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** @param {string} name `my-thing` @returns `MyThing` */
function pascal(name) {
  return camel(name).replace(/^./, (letter) => letter.toUpperCase());
}

/** @type {Readonly<Record<string, Kind>>} */
export const KINDS = {
  attack: {
    takes: WORD,
    copy: ["packages/attacks/src/attacks/fgsm.ts"],
    repeat: {
      "packages/attacks/src/attacks/index.ts": ['import { fgsm } from "./fgsm.ts";\n', "  fgsm,\n"],
      "packages/attacks/src/index.ts": ['export { fgsm } from "./attacks/fgsm.ts";\n'],
    },
    rename: (name) => [
      ["const fgsm", `const ${camel(name)}`],
      ["{ fgsm }", `{ ${camel(name)} }`],
      ["  fgsm,", `  ${camel(name)},`],
      ["fgsm", name],
    ],
    next: "Say what it does in make (or use defineIterative, defineSearch), cite its paper; cheap parameters for it in packages/attacks/test/contract.test.ts; npx vitest run packages/attacks",
  },
  norm: {
    takes: /^[a-z][a-z0-9]*$/,
    copy: ["packages/attacks/src/norms/linf.ts"],
    repeat: {
      "packages/attacks/src/norms/index.ts": [
        'import { linf } from "./linf.ts";\n',
        "readonly linf: Geometry; ",
        "  linf,\n",
      ],
    },
    rename: (name) => [["linf", name]],
    next: "Write its distance, dual, projection and steepest step; npm run typecheck names the tables that know each norm (usual sizes, in fab and minimum-norm); npx vitest run packages/attacks/test/norms",
  },
  activation: {
    takes: WORD,
    copy: ["packages/op/src/kwta-channel/kwta-channel.ts", "packages/op/src/kwta-channel/kwta-channel-layer.ts"],
    repeat: {
      "packages/op/src/activation.ts": [
        'import { KWTAChannel } from "./kwta-channel/kwta-channel-layer.ts";\n',
        '  | { readonly kind: "kwta-channel"; readonly gamma: number }\n',
        ' * - `"kwta-channel:0.2"`: k-WTA within each channel\n',
        '  "kwta-channel": {\n    usage: "kwta-channel:GAMMA",\n    read: number(checkGamma, (gamma) => ({ kind: "kwta-channel", gamma })),\n    format: ({ gamma }) => `kwta-channel:${gamma}`,\n    layer: ({ gamma }, options) => new KWTAChannel({ ...options, gamma }),\n  },\n',
      ],
      "packages/op/src/index.ts": [
        'export { KWTAChannel } from "./kwta-channel/kwta-channel-layer.ts";\n',
        'export { kwtaChannel, type KwtaChannelOptions } from "./kwta-channel/kwta-channel.ts";\n',
      ],
    },
    rename: (name) => [
      ["KWTAChannel", `${pascal(name)}Layer`],
      ["KwtaChannelOptions", `${pascal(name)}Options`],
      ["kwtaChannel", camel(name)],
      ["kwta-channel", name],
    ],
    next: "Say which values stay; a test against doubles and finite differences beside those of packages/op/test; npx vitest run packages/op",
  },
  model: {
    takes: /^[a-z][a-z0-9]*$/,
    copy: ["packages/models/src/networks/le-net.ts"],
    repeat: {
      "packages/models/src/networks/index.ts": [
        'import { leNet } from "./le-net.ts";\n',
        '  lenet: {\n    summary: "LeNet for 28x28 and 32x32 images",\n    width: { of: CHANNELS, default: 6 },\n    build: (config) => leNet(image(config)),\n  },\n',
      ],
    },
    rename: (name) => [
      ["LeNetConfig", `${pascal(name)}Config`],
      ["leNet", `${name}Net`],
      ["le-net", name],
      ["lenet", name],
      ["LeNet", pascal(name)],
    ],
    next: "Build its layers, a slot wherever an activation stands; names of weights as PyTorch has them; npx vitest run packages/models",
  },
  dataset: {
    takes: WORD,
    copy: ["scripts/new/stripes.ts"],
    repeat: {
      "packages/datasets/src/dataset-list.ts": [
        "DownloadName | GlyphsName",
        '    glyphs28: drawn("glyphs28", "Drawn digits, white on black, made from a seed."),\n',
        'import { subset } from "./subset.ts";\n',
      ],
    },
    rename: (name) => [
      ["../../packages/datasets/src/", "../"],
      ["DownloadName | GlyphsName", ` | "${name}"`],
      [
        '    glyphs28: drawn("glyphs28", "Drawn digits, white on black, made from a seed."),',
        `    "${name}": ${camel(name)},`,
      ],
      ['import { subset } from "./subset.ts";', `import { ${camel(name)} } from "./${name}/${name}.ts";`],
      ['"stripes"', `"${name}"`],
      ["stripes", camel(name)],
    ],
    next: "Make or read its images; a line in the table of docs/guides/data.md; npx vitest run packages/datasets",
  },
  method: {
    takes: WORD,
    copy: ["packages/training/src/methods/standard.ts"],
    repeat: {
      "packages/training/src/methods/index.ts": ['import { standard } from "./standard.ts";\n', "[standard, "],
      "packages/training/src/index.ts": ['export { standard } from "./methods/standard.ts";\n'],
    },
    rename: (name) => [
      ["const standard", `const ${camel(name)}`],
      ["{ standard }", `{ ${camel(name)} }`],
      ["[standard", camel(name)],
      ["standard", name],
    ],
    next: "Say how a batch becomes a loss; a golden test beside those of packages/training/test; npx vitest run packages/training",
  },
  figure: {
    takes: /^([89]|[1-9]\d+)$/,
    copy: ["data", "draw", "index", "measure", "notes"].map((part) => `packages/paper/src/figure-2/${part}.ts`),
    repeat: {
      "packages/paper/src/figures.ts": ['import { figure2 } from "./figure-2/index.ts";\n', "  figure2,\n"],
    },
    rename: (name) => [
      ["figure-2", `figure-${name}`],
      ["figure2", `figure${name}`],
      ["Figure2", `Figure${name}`],
      ["Figure 2", `Figure ${name}`],
    ],
    next: "Say what is measured and drawn; npx vitest run packages/paper -u stores its drawing: look at it",
  },
};
