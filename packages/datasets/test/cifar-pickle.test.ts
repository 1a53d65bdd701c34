import { InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { decodeCifarPickle } from "../src/index.ts";
import { readCifar10, readCifar100 } from "../src/index.node.ts";
import { folderWith } from "./_files.ts";
import { expectedImages, fixture } from "./_fixture.ts";
import { fuzz } from "./_fuzz.ts";

const WRITERS = ["numpy1", "numpy2"].flatMap((numpy) => [2, 3, 4, 5].map((n) => `${numpy}-protocol${n}`));

test.each(WRITERS)("what Python's pickle and NumPy wrote is read: %s", (writer) => {
  const ten = decodeCifarPickle(fixture(`cifar10-${writer}.pkl`), { labels: "labels", classes: 10 });
  expect([ten.size, ...ten.labels]).toEqual([3, 0, 1, 2]);
  expect(Buffer.compare(ten.images, expectedImages(3, 5))).toBe(0);
  const hundred = fixture(`cifar100-${writer}.pkl`);
  expect([...decodeCifarPickle(hundred, { labels: "fine_labels", classes: 100 }).labels]).toEqual([0, 99, 42]);
  expect([...decodeCifarPickle(hundred, { labels: "coarse_labels", classes: 20 }).labels]).toEqual([4, 13, 11]);
});

/** As Python 2 wrote the official files: protocol 2, all text as 8-bit strings. */
function python2Batch(): Uint8Array {
  const array = "cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03";
  const type = "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb";
  const pixels = Buffer.from(expectedPlanes()).toString("latin1");
  const length = Buffer.from(new Uint32Array([3072]).buffer).toString("latin1");
  const state = `(K\x01K\x01M\x00\x0c\x86${type}\x89T${length}${pixels}tb`;
  return new Uint8Array(Buffer.from(`\x80\x02}q\x00(U\x04data${array}${state}U\x06labels]K\x07au.`, "latin1"));
}

const expectedPlanes = () => Uint8Array.from({ length: 3072 }, (_, j) => (j + 5) % 256);

test("what Python 2 wrote is read", () => {
  const { labels, images } = decodeCifarPickle(python2Batch(), { labels: "labels", classes: 10 });
  expect([...labels]).toEqual([7]);
  expect(Buffer.compare(images, expectedImages(1, 5))).toBe(0);
});

test.each(["numpy1-protocol2", "numpy1-protocol5", "numpy2-protocol2", "numpy2-protocol5"])(
  "labels may be NumPy's, of any type: %s",
  (writer) => {
    for (const kind of ["int64", "big", "column", "scalars", "floats"]) {
      const options = { labels: kind as "labels", classes: 10 };
      const { labels, images } = decodeCifarPickle(fixture(`labels-${writer}.pkl`), options);
      expect([kind, ...labels]).toEqual([kind, 3, 0, 9]);
      expect(Buffer.compare(images, expectedImages(3, 5))).toBe(0);
    }
  },
);

test.each(["numpy1", "numpy2", "numpy1-protocol5", "numpy2-protocol5"])("images column by column: %s", (writer) => {
  const { labels, images } = decodeCifarPickle(fixture(`fortran-${writer}.pkl`), { labels: "labels", classes: 10 });
  expect([...labels]).toEqual([1, 2]);
  expect(Buffer.compare(images, expectedImages(2, 0))).toBe(0);
});

test("whole folders of the Python version are read, class names included", async () => {
  const batch = fixture("cifar10-numpy2-protocol4.pkl");
  const names = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`);
  const files = Object.fromEntries([...names, "test_batch"].map((name) => [`cifar-10-batches-py/${name}`, batch]));
  const ten = await readCifar10(await folderWith(files));
  expect([ten.name, ten.train.size, ten.test.size, ten.classNames[1]]).toEqual(["cifar10", 15, 3, "automobile"]);

  const hundred = fixture("cifar100-numpy1-protocol2.pkl");
  const list = Array.from({ length: 100 }, (_, i) => `U\x02${String(i).padStart(2, "0")}`).join("");
  const meta = Buffer.from(`\x80\x02}U\x10fine_label_names](${list}es.`, "latin1");
  const folder = await folderWith({ train: hundred, test: hundred, meta });
  const data = await readCifar100(folder);
  expect([data.name, data.train.size, data.classNames[42]]).toEqual(["cifar100", 3, "42"]);
  await expect(readCifar100(await folderWith({ train: hundred, test: hundred, meta: "}." }))).rejects.toThrow(
    /names no classes; CIFAR-100 has 100/,
  );
});

test.each([
  ["int64 pixels", fixture("int64-numpy1.pkl"), /not of type uint8/],
  ["int64 pixels of NumPy 2", fixture("int64-numpy2.pkl"), /not of type uint8/],
  ["no dict", Buffer.from("N."), /holds no dict/],
  ["no data", Buffer.from("}."), /has no array "data"/],

  ["other labels", fixture("cifar100-numpy2-protocol2.pkl"), /has no list "labels"/],
  ["code", Buffer.from("cos\nsystem\n(S'true'\ntR."), /"os system", which is not among/],
  ["cut short", fixture("cifar10-numpy2-protocol4.pkl").subarray(0, 5000), /announced|ends/],
])("%s: refused in one sentence", (_, bytes, words) => {
  const decode = () => decodeCifarPickle(new Uint8Array(bytes), { labels: "labels", classes: 10, source: "THE FILE" });
  expect(decode).toThrow(InputError);
  expect(decode).toThrow(words);
  expect(decode).toThrow(/^THE FILE/);
});

test("labels that are none are refused", () => {
  const bytes = fixture("cifar100-numpy2-protocol2.pkl");
  expect(() => decodeCifarPickle(bytes, { labels: "fine_labels", classes: 99 })).toThrow(
    /has label 99 at 1, not one of 0 to 98/,
  );
});

test("damaged files are decoded to what they say or refused in one sentence", () => {
  for (const name of ["cifar10-numpy1-protocol2.pkl", "cifar10-numpy2-protocol5.pkl"]) {
    const refused = fuzz(
      fixture(name),
      200,
      (bytes) => decodeCifarPickle(bytes, { labels: "labels", classes: 10, source: "THE FILE" }),
      ({ size, images, labels }) => {
        expect(images.length).toBe(size * 3072);
        expect(labels.length).toBe(size);
      },
    );
    expect(refused).toBeGreaterThan(50);
  }
});
