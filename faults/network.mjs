// @ts-check
// The way from the machines of a sweep to its server, which can be cut. Where Linux lets us, a network namespace of their own: its cable
// is pulled, and packets vanish without a word, as they do between real machines. Elsewhere a program in between, which drops
// connections.
import { spawnSync } from "node:child_process";
import { connect, createServer } from "node:net";

/**
 * @typedef {object} Network
 * @property {string} kind For people.
 * @property {string} address Of the server, as the machines see it: HOST:PORT.
 * @property {(command: string, args: readonly string[]) => readonly [string, readonly string[]]} from What runs a command on the machines' side.
 * @property {() => void} cut
 * @property {() => void} mend
 * @property {() => void} end
 */

/** @param {number} port of the server on this machine @returns {Promise<Network>} */
export async function openNetwork(port) {
  return namespace(port) ?? (await proxy(port));
}

/** @param {string} line */
const ip = (line) => spawnSync("ip", line.split(" ")).status === 0;

/** @param {number} port @returns {Network | undefined} undefined without the right, and on other systems */
function namespace(port) {
  const name = `kwta-${process.pid}`;
  // Names of devices have at most fifteen characters; the net is one for examples in documents, which nobody has.
  const [near, far] = [`kn${process.pid}`, `kf${process.pid}`];
  const end = () => {
    ip(`netns del ${name}`);
    ip(`link del ${near}`);
  };
  // Where somebody has that net all the same, it stays theirs.
  const isTaken = spawnSync("ip", ["-o", "addr"], { encoding: "utf8" }).stdout?.includes(" 198.51.100.") ?? true;
  if (process.platform !== "linux" || isTaken || !ip(`netns add ${name}`)) return undefined;
  const isMade =
    ip(`link add ${near} type veth peer name ${far}`) &&
    ip(`link set ${far} netns ${name}`) &&
    ip(`addr add 198.51.100.1/30 dev ${near}`) &&
    ip(`link set ${near} up`) &&
    ip(`-n ${name} addr add 198.51.100.2/30 dev ${far}`) &&
    ip(`-n ${name} link set ${far} up`) &&
    ip(`-n ${name} link set lo up`);
  if (!isMade) {
    end();
    return undefined;
  }
  return {
    kind: "a network namespace",
    address: `198.51.100.1:${port}`,
    from: (command, args) => ["ip", ["netns", "exec", name, command, ...args]],
    cut: () => void ip(`link set ${near} down`),
    mend: () => void ip(`link set ${near} up`),
    end,
  };
}

/** @param {number} to @returns {Promise<Network>} */
async function proxy(to) {
  let isCut = false;
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(to, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {});
    }
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    kind: "a program in between",
    address: `127.0.0.1:${port}`,
    from: (command, args) => [command, args],
    cut() {
      isCut = true;
      drop();
    },
    mend: () => void (isCut = false),
    end() {
      server.close();
      drop();
    },
  };
}
