// A fleet's stores for one test: a Redis Cluster of three masters and a Garage of one node, real servers on free ports
// of 127.0.0.1, which go when the test ends.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./ports.js";
import { atEnd, folder, pause } from "./program.js";

const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const garage = process.env.CADRE_GARAGE || join(cache, "cadre", "garage-2.1.0", "bin", "garage");
const adminToken = "for-tests-only";
const key = {
  accessKeyId: "GK0123456789abcdef01234567",
  secretAccessKey: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
};
const patience = 30_000;

/** A reason to skip, or nothing. */
export function missing() {
  if (spawnSync("redis-server", ["--version"]).error) return "redis-server is not installed";
  if (!existsSync(garage)) return "Garage is not in the cache: `./dev fleet up` builds it";
  return false;
}

/** @returns the settings with which the program reaches them, as environment */
export async function startStores(test) {
  const path = await folder(test);
  const redis = await startRedis(test, path);
  const s3 = await startGarage(test, path);
  return {
    CADRE_CATALOG: `redis://${redis.join(",")}`,
    CADRE_BLOBS: `s3://photos?endpoint=http://${s3}&region=garage`,
    CADRE_S3_ACCESS_KEY: key.accessKeyId,
    CADRE_S3_SECRET_KEY: key.secretAccessKey,
    CADRE_SCRATCH: join(path, "scratch"),
  };
}

/**
 * Three masters on `hosts` in turn, with so many replicas each; `children` are their processes by address.
 * @returns {Promise<string[] & {children: Map<string, import("node:child_process").ChildProcess>}>} their addresses
 */
export async function startRedis(test, path, { hosts = ["127.0.0.1"], replicas = 0 } = {}) {
  const nodes = [];
  nodes.children = new Map();
  for (let node = 0; node < 3 * (1 + replicas); node++) {
    const [port, bus] = await freePorts(2);
    const host = hosts[node % hosts.length];
    const data = join(path, `redis-${node}`);
    await mkdir(data);
    const words = ["--bind", host, "--port", port, "--cluster-enabled", "yes", "--cluster-port", bus];
    const more = ["--cluster-node-timeout", 2500, "--cluster-announce-ip", host, "--dir", data, "--save", ""];
    const child = start(test, "redis-server", [...words, ...more]);
    nodes.push(`${host}:${port}`);
    nodes.children.set(`${host}:${port}`, child);
  }
  const say = (address, ...words) => {
    const [host, port] = address.split(":");
    return spawnSync("redis-cli", ["-h", host, "-p", port, ...words], { encoding: "utf8" }).stdout;
  };
  await until(() => nodes.every((node) => say(node, "ping") === "PONG\n"));
  execFileSync("redis-cli", ["--cluster", "create", ...nodes, "--cluster-replicas", replicas, "--cluster-yes"].map(String));
  await until(() => nodes.every((node) => say(node, "cluster", "info").includes("cluster_state:ok")));
  return nodes;
}

async function startGarage(test, path) {
  const [s3, rpc, admin] = await freePorts(3);
  const data = join(path, "garage");
  await mkdir(data);
  const configuration = join(data, "garage.toml");
  await writeFile(
    configuration,
    `metadata_dir = "${data}/meta"
data_dir = "${data}/data"
db_engine = "lmdb"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:${rpc}"
rpc_public_addr = "127.0.0.1:${rpc}"
rpc_secret = "1799bccfd7411eddcf9ebd316bc1f5287ad12a68094e1c6ac6abde7e6feae1ec"
[s3_api]
api_bind_addr = "127.0.0.1:${s3}"
s3_region = "garage"
[admin]
api_bind_addr = "127.0.0.1:${admin}"
admin_token = "${adminToken}"
`,
  );
  start(test, garage, ["-c", configuration, "server"]);
  const ask = async (what, body) => {
    const answer = await fetch(`http://127.0.0.1:${admin}/v2/${what}`, {
      method: body ? "POST" : "GET",
      headers: { Authorization: `Bearer ${adminToken}`, "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const asked = (what, body) => until(() => ask(what, body).catch(() => null));
  const info = await asked("GetNodeInfo?node=self");
  const id = Object.values(info.success)[0].nodeId;
  await ask("UpdateClusterLayout", { roles: [{ id, zone: "a", capacity: 1e12, tags: [] }] });
  await ask("ApplyClusterLayout", { version: 1 });
  await asked("ImportKey", { ...key, name: "test" });
  const bucket = await ask("CreateBucket", { globalAlias: "photos" });
  const permissions = { read: true, write: true, owner: true };
  await ask("AllowBucketKey", { bucketId: bucket.id, accessKeyId: key.accessKeyId, permissions });
  return `127.0.0.1:${s3}`;
}

function start(test, command, words) {
  const child = spawn(command, words.map(String), { stdio: "ignore" });
  atEnd(test, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  return child;
}

async function until(holds) {
  for (const end = Date.now() + patience; ;) {
    const found = await holds();
    if (found) return found;
    assert.ok(Date.now() < end, `the stores do not start: ${holds}`);
    await pause(50);
  }
}
