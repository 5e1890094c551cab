// How a fleet shows itself to administrators, over a real Redis Cluster: whoever is asked tells the same of all, a process
// that is killed is missed, a failover is seen and noted, and monitoring has the figures.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { Server, atEnd, cadre, folder, pause, program } from "./program.js";
import { startRedis } from "./stores.js";

const skip = spawnSync("redis-server", ["--version"]).error ? "redis-server is not installed" : false;
const hosts = { a: "127.0.0.11", b: "127.0.0.12", c: "127.0.0.13" };
const silentAfter = 5;

/** What a server tells once that is as expected. */
async function until(server, holds) {
  let text;
  for (const end = Date.now() + 90_000; Date.now() < end; await pause(250)) {
    const answer = await server.request("/api/v1/fleet").catch(() => null);
    text = answer ? await answer.text() : "nothing";
    if (answer?.status === 200 && holds(JSON.parse(text))) return JSON.parse(text);
  }
  assert.fail(`${holds}\n${text.slice(0, 6000)}`);
}

const codes = ({ reasons }) => reasons.map(({ code }) => code);

test("a fleet tells administrators how it is, whichever replica they ask", { skip }, async (t) => {
  const path = await folder(t);
  const redis = await startRedis(t, path, { hosts: Object.values(hosts), replicas: 1 });
  const env = {
    CADRE_CATALOG: `redis://${redis.join(",")}`,
    CADRE_BLOBS: `files:${path}/blobs`,
    CADRE_MACHINES: Object.entries(hosts)
      .map(([name, host]) => `${name}=${host}`)
      .join(),
  };
  const begin = (role, name) => {
    const child = spawn(program, [role], {
      env: { PATH: process.env.PATH, HOME: path, TMPDIR: path, ...env, CADRE_NAME: name },
      stdio: "ignore",
    });
    atEnd(t, async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    });
    return child;
  };
  begin("keeper", "keeper@c");
  const worker = begin("worker", "worker@b");
  const serve = (name) => Server.start(t, `${path}/${name}`, ["--metrics-listen", "127.0.0.1:0"], { ...env, CADRE_NAME: name });
  const [one, two] = await Promise.all([serve("app-1@a"), serve("app-2@b")]);
  const added = await cadre(["user", "add", "ada", "--role", "admin", "--password-stdin"], "correct horse battery", env);
  assert.equal(added.code, 0, added.err);
  one.token = two.token = (await cadre(["token", "create", "--user", "ada"], "", env)).out.trim();

  for (const server of [one, two]) {
    const fleet = await until(server, ({ status }) => status === "healthy");
    assert.equal(fleet.shape, "fleet");
    assert.deepEqual(
      [...fleet.replicas, ...fleet.others].map(({ name, machine, state }) => [name, machine, state]),
      [
        ["app-1@a", "a", "ready"],
        ["app-2@b", "b", "ready"],
        ["worker@b", "b", "ready"],
        ["keeper@c", "c", "active"],
      ],
    );
    assert.equal(fleet.served_by.name, server === one ? "app-1@a" : "app-2@b");
    assert.equal(fleet.catalog.kind, "redis");
    assert.equal(
      fleet.catalog.shards.reduce((sum, { slot_count }) => sum + slot_count, 0),
      fleet.catalog.slots,
    );
    for (const { master, replicas, on_one_machine, memory_bytes } of fleet.catalog.shards) {
      assert.ok(Object.keys(hosts).includes(master.machine));
      assert.equal(replicas.length, 1);
      assert.equal(on_one_machine, false);
      assert.ok(memory_bytes > 0);
    }
  }

  // A process that dies is missed, and no longer when its successor is there; one that stops is missed by nobody.
  await two.kill();
  let fleet = await until(one, (now) => codes(now).includes("process_lost"));
  assert.deepEqual(codes(fleet), ["process_lost", "one_replica"]);
  const lost = fleet.replicas.find(({ name }) => name === "app-2@b");
  assert.equal(lost.state, "lost");
  assert.ok(lost.age_s >= silentAfter);
  const successor = await serve("app-2@b");
  successor.token = one.token;
  await until(one, ({ status }) => status === "healthy");
  await successor.stop();
  fleet = await until(one, (now) => codes(now).includes("one_replica"));
  assert.ok(fleet.events.some(({ kind, by }) => kind === "stopping" && by === "app-2@b"));
  worker.kill("SIGTERM");
  await until(one, (now) => codes(now).includes("no_worker") && !now.others.some(({ role }) => role === "worker"));

  // A failover is seen: the master's node is away, its replica has the slots and none follows it.
  const before = fleet.catalog.shards[0];
  redis.children.get(before.master.name).kill("SIGKILL");
  fleet = await until(one, ({ catalog }) => catalog.shards[0].master.name === before.replicas[0].name && catalog.shards[0].master.up);
  assert.ok(codes(fleet).includes("shard_without_replica"));
  fleet = await until(one, ({ events }) => events.some(({ kind }) => kind === "master_changed"));
  assert.equal(fleet.events.find(({ kind }) => kind === "master_changed").subject, before.replicas[0].name);
  assert.ok(fleet.events.some(({ kind, subject }) => kind === "catalog_node_away" && subject === before.master.name));

  const metrics = /metrics address=(\S+)/.exec(one.log)[1];
  const figures = await (await fetch(`http://${metrics}/metrics`)).text();
  assert.match(figures, /^cadre_catalog_shard_replicas\{shard="0"\} 0$/m);
  assert.match(figures, /^cadre_health 1$/m);
  assert.match(figures, new RegExp(`^cadre_catalog_node_up\\{node="${before.master.name}",machine="\\w"\\} 0$`, "m"));
});
