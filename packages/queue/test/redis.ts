import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why the tests on a server skip; undefined where there is one. */
export const missing: string | undefined =
  spawnSync("redis-server", ["--version"]).status === 0
    ? undefined
    : "These tests start a redis-server, which is not installed here (Debian: apt-get install redis-server).";

/** A server of a test, which keeps what it is told on the disk. */
export interface TestRedis {
  readonly address: string;
  readonly port: number;
  signal(name: NodeJS.Signals): void;
  /** Kills it, and starts it again: with its data, or without. */
  restart(how: { readonly data: boolean }): Promise<void>;
  end(): Promise<void>;
}

export async function startRedis(more: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  let folder = await mkdtemp(join(tmpdir(), "kwta-redis-"));
  let child = await startIn(folder, port, more);
  const end = async (): Promise<void> => {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  };
  return {
    address: `redis://:secret@127.0.0.1:${port}`,
    port,
    signal: (name) => void child.kill(name),
    async restart({ data }) {
      await end();
      if (!data) folder = await mkdtemp(join(tmpdir(), "kwta-redis-"));
      child = await startIn(folder, port, more);
    },
    end,
  };
}

/** Options for a server that takes TLS at another port, and the file of who signed its certificate. */
export async function tlsOptions(): Promise<{
  readonly port: number;
  readonly ca: string;
  readonly options: string[];
}> {
  const folder = await mkdtemp(join(tmpdir(), "kwta-tls-"));
  const openssl = (line: string): void =>
    void execFileSync("openssl", line.split(" "), { cwd: folder, stdio: "ignore" });
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout";
  openssl(`req -x509 -days 1 -subj /CN=authority ${key} ca.key -out ca.crt`);
  openssl(`req -subj /CN=queue ${key} server.key -out server.csr`);
  await writeFile(join(folder, "names"), "subjectAltName=IP:127.0.0.1");
  openssl("x509 -req -days 1 -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile names -out server.crt");
  const port = await freePort();
  const files = { "tls-cert-file": "server.crt", "tls-key-file": "server.key", "tls-ca-cert-file": "ca.crt" };
  const named = Object.entries(files).flatMap(([name, file]) => [`--${name}`, join(folder, file)]);
  return {
    port,
    ca: join(folder, "ca.crt"),
    options: ["--tls-port", String(port), "--tls-auth-clients", "no", ...named],
  };
}

async function startIn(folder: string, port: number, more: readonly string[]): Promise<ChildProcess> {
  const durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
  const args = ["--port", String(port), "--dir", folder, "--requirepass", "secret", ...durable, ...more];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`redis-server ${args.join(" ")} ended with ${child.exitCode}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return child;
}

/** With a password that is asked for, and its data loaded. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("AUTH secret\r\nPING\r\n"));
    let said = "";
    socket.on("data", (data) => {
      said += data.toString();
      if (said.includes("PONG") || said.includes("LOADING")) socket.end(() => resolve(said.includes("PONG")));
    });
    socket.on("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
