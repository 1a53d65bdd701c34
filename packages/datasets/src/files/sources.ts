/** A file as its publisher offers it. */
export interface SourceFile {
  readonly name: string;
  /** Exact length. */
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In hexadecimal; what the authors of most of these sets give. */
  readonly md5?: string;
  /** Where it is, the first one tried first. */
  readonly urls: readonly string[];
  /** Where `sha256`, `bytes` and `md5` were taken from. */
  readonly digestsFrom: readonly string[];
  /** For a gzipped tar: what is taken out of it, by its name in there, and how many bytes each may have at most. */
  readonly unpack?: Readonly<Record<string, number>>;
}

/** Where a data set is published. */
export interface DatasetSource {
  readonly homepage: string;
  /** The folder for its files, inside the data folder. */
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

const TFDS = "https://github.com/tensorflow/datasets/blob/master/tensorflow_datasets/url_checksums";
const TORCHVISION = "https://github.com/pytorch/vision/blob/main/torchvision/datasets";
const TORONTO = "https://www.cs.toronto.edu/~kriz";

const MNIST_URLS = [
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
];
const FASHION_URLS = ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"];

type Row = readonly [name: string, bytes: number, sha256: string, md5: string];

function fileList(rows: readonly Row[], urls: readonly string[], digestsFrom: readonly string[]): SourceFile[] {
  return rows.map(([name, bytes, sha256, md5]) => ({
    name,
    bytes,
    sha256,
    md5,
    urls: urls.map((url) => url + name),
    digestsFrom,
  }));
}

function archive(row: Row, set: string, unpack: Readonly<Record<string, number>>): SourceFile {
  const [file] = fileList([row], [`${TORONTO}/`], [`${TORONTO}/cifar.html (MD5)`, `${TFDS}/${set}.txt (SHA-256)`]);
  return { ...file!, unpack };
}

function svhnFiles(parts: readonly ("extra" | "test" | "train")[]): SourceFile[] {
  return fileList(
    parts.map((part) => [`${part}_32x32.mat`, ...SVHN[part]]),
    ["http://ufldl.stanford.edu/housenumbers/"],
    [`${TORCHVISION}/svhn.py (MD5)`, `${TFDS}/svhn_cropped.txt (SHA-256)`],
  );
}

const SVHN = {
  train: [
    182_040_794,
    "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
    "e26dedcc434d2e4c54c9b2d4a06d8373",
  ],
  extra: [
    1_329_278_602,
    "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3",
    "a93ce644f1a588dc4d68dda5feec44a7",
  ],
  test: [
    64_275_384,
    "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
    "eb5a983be6a315427106f1b164d9cef3",
  ],
} as const;

const BINARY_BATCHES = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"];

/**
 * Where each data set is published, with lengths and digests; each was taken from the places that it names. All files are
 * also served by mirrors, for which the same digests hold.
 */
export const DATASET_SOURCES: Readonly<
  Record<"cifar10" | "cifar100" | "fashion-mnist" | "mnist" | "svhn" | "svhn-extra", DatasetSource>
> = {
  cifar10: {
    homepage: `${TORONTO}/cifar.html`,
    folder: "cifar-10-batches-bin",
    files: [
      archive(
        [
          "cifar-10-binary.tar.gz",
          170_052_171,
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
          "c32a1d4ab5d03f1284b67883e8d87530",
        ],
        "cifar10",
        {
          ...Object.fromEntries(BINARY_BATCHES.map((name) => [`cifar-10-batches-bin/${name}.bin`, 10_000 * 3073])),
          "cifar-10-batches-bin/batches.meta.txt": 1000,
        },
      ),
    ],
  },
  cifar100: {
    homepage: `${TORONTO}/cifar.html`,
    folder: "cifar-100-binary",
    files: [
      archive(
        [
          "cifar-100-binary.tar.gz",
          168_513_733,
          "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
          "03b5dce01913d631647c71ecec9e9cb8",
        ],
        "cifar100",
        {
          "cifar-100-binary/train.bin": 50_000 * 3074,
          "cifar-100-binary/test.bin": 10_000 * 3074,
          "cifar-100-binary/fine_label_names.txt": 10_000,
          "cifar-100-binary/coarse_label_names.txt": 10_000,
        },
      ),
    ],
  },
  "fashion-mnist": {
    homepage: "https://github.com/zalandoresearch/fashion-mnist",
    folder: "fashion-mnist",
    files: fileList(
      [
        [
          "train-images-idx3-ubyte.gz",
          26_421_880,
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
          "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ],
        [
          "train-labels-idx1-ubyte.gz",
          29_515,
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
          "25c81989df183df01b3e8a0aad5dffbe",
        ],
        [
          "t10k-images-idx3-ubyte.gz",
          4_422_102,
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
          "bef4ecab320f06d8554ea6380940ec79",
        ],
        [
          "t10k-labels-idx1-ubyte.gz",
          5148,
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
          "bb300cfdad3c16e7a12a480ee83cd310",
        ],
      ],
      FASHION_URLS,
      [
        "https://github.com/zalandoresearch/fashion-mnist/blob/master/README.md (MD5)",
        `${TFDS}/fashion_mnist.txt (SHA-256)`,
      ],
    ),
  },
  mnist: {
    homepage: "http://yann.lecun.com/exdb/mnist/",
    folder: "mnist",
    files: fileList(
      [
        [
          "train-images-idx3-ubyte.gz",
          9_912_422,
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
          "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        ],
        [
          "train-labels-idx1-ubyte.gz",
          28_881,
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
          "d53e105ee54ea40749a09fcbcd1e9432",
        ],
        [
          "t10k-images-idx3-ubyte.gz",
          1_648_877,
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
          "9fb629c4189551a2d022fa330f9573f3",
        ],
        [
          "t10k-labels-idx1-ubyte.gz",
          4542,
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
          "ec29112dd5afa0611ce80d1b7f02629c",
        ],
      ],
      MNIST_URLS,
      [`${TORCHVISION}/mnist.py (MD5)`, `${TFDS}/mnist.txt (SHA-256)`],
    ),
  },
  svhn: {
    homepage: "http://ufldl.stanford.edu/housenumbers/",
    folder: "svhn",
    files: svhnFiles(["train", "test"]),
  },
  "svhn-extra": {
    homepage: "http://ufldl.stanford.edu/housenumbers/",
    folder: "svhn",
    files: svhnFiles(["train", "extra", "test"]),
  },
};
