/**
 * Unpacks what a backend needs of wheels: the libraries, the headers of the C interface with those that they include, and
 * the licences. Reads file by file, however large. Arguments: the folder to fill, then the wheels.
 */
export const UNPACK_WHEEL: string = String.raw`
import os, re, shutil, sys, zipfile
wanted = re.compile(r"""
    tensorflow/libtensorflow_(cc|framework)\.(so\.\d+|\d+\.dylib)$
  | tensorflow/include/(tensorflow/(c|core/platform|core/common_runtime/next_pluggable_device/c)
      | tsl/platform | tsl/c | xla/tsl/(c|platform))/.*\.h$
  | tensorflow/include/tensorflow/c/.*
  | tensorflow/(LICENSE|THIRD_PARTY_NOTICES.*)$
  | [^/]*\.dist-info/(METADATA|LICENSE.*|licenses/.*)$
  | nvidia/.*\.so(\.\d+)*$
  | nvidia/.*/(libdevice.*\.bc|ptxas|nvlink)$
""", re.X)
target = os.path.realpath(sys.argv[1])
files = []
for wheel in sys.argv[2:]:
    archive = zipfile.ZipFile(wheel)
    files += [(archive, info) for info in archive.infolist() if wanted.match(info.filename) and not info.is_dir()]
total = sum(info.file_size for _, info in files)
done = 0
for archive, info in files:
    path = os.path.realpath(os.path.join(target, info.filename))
    if not path.startswith(target + os.sep):
        sys.exit("unsafe path in the wheel: " + info.filename)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(info) as source, open(path, "wb") as out:
        while True:
            piece = source.read(1 << 24)
            if not piece:
                break
            out.write(piece)
            done += len(piece)
            if len(piece) == 1 << 24:
                print(done, total, flush=True)
print(total, total, flush=True)
`;
