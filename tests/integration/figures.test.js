// What /metrics shows is what docs/reference/monitoring.md lists, and all that alert rules and dashboard ask for.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Server, atEnd, folder, pause, program } from "./program.js";
import { startRedis } from "./stores.js";

const skip = spawnSync("redis-server", ["--version"]).error ? "redis-server is not installed" : false;
const root = new URL("../../", import.meta.url);
const text = (path) => readFile(new URL(path, root), "utf8");
/** What Prometheus and its prober add of their own. */
const notOurs = ["up", "probe_success", "probe_ssl_earliest_cert_expiry", "ALERTS"];

/** The figures of a server, once all parts of the whole were read: `last` is of the part that takes longest. */
async function figuresOf(server, last) {
  const address = /metrics address=(\S+)/.exec(server.log)[1];
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(250)) {
    const shown = await (await fetch(`http://${address}/metrics`)).text();
    if (shown.includes(last) && shown.includes("cadre_jobs_oldest_seconds ")) return shown;
  }
  assert.fail(`no ${last}`);
}

const families = (shown) => [...shown.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
const plain = (name) => name.replace(/_(bucket|count|sum)$/, "");
const named = (words) => new Set([...words.matchAll(/\bcadre_[a-z0-9_]+/g)].map(([name]) => plain(name)));
const sorted = (names) => [...new Set(names)].sort();

test("/metrics shows what the reference lists, and what rules and dashboard ask for", { skip }, async (t) => {
  const path = await folder(t);
  const listen = ["--metrics-listen", "127.0.0.1:0"];
  const solo = await Server.start(t, `${path}/solo`, listen);
  const redis = await startRedis(t, path, { replicas: 1 });
  const stores = { CADRE_CATALOG: `redis://${redis.join(",")}`, CADRE_BLOBS: `files:${path}/blobs` };
  const env = { PATH: process.env.PATH, HOME: path, TMPDIR: path, ...stores };
  const keeper = spawn(program, ["keeper"], { env, stdio: "ignore" });
  atEnd(t, async () => {
    const ended = once(keeper, "exit");
    keeper.kill("SIGKILL");
    await ended;
  });
  const fleet = await Server.start(t, `${path}/fleet`, listen, stores);
  const shown = [await figuresOf(solo, "cadre_database_bytes{"), await figuresOf(fleet, "cadre_catalog_replica_behind_bytes{")];
  const there = new Set(shown.flatMap(families));

  const page = await text("docs/reference/monitoring.md");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  assert.deepEqual(sorted(rows.flatMap((row) => [...named(row.split("|")[1])])), sorted(there));

  const panels = JSON.parse(await text("deploy/grafana/cadre.json")).panels;
  const rules = (await text("deploy/prometheus/cadre.rules.yml")).replace(/^\s*#.*$/gm, "");
  const ofPanels = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const ofRules = rules.match(/expr:[^]*?(?=\n +(?:for|labels|keep_firing_for):)/g);
  const asked = [...ofPanels, ...ofRules].join("\n");
  assert.ok(named(asked).size > 15);
  assert.deepEqual(
    sorted(named(asked)).filter((name) => !there.has(name)),
    [],
  );
  const others = [...asked.matchAll(/\b(up|probe_\w+|ALERTS|node_\w+|redis_\w+|go_\w+)\b(?=[{ ])/g)].map(([, name]) => name);
  assert.deepEqual(
    sorted(others).filter((name) => !notOurs.includes(name)),
    [],
  );

  // Labels that rules and dashboard group by are there, too.
  for (const [, labels, figure] of asked.matchAll(/by \(([\w, ]+)\) \((?:changes\()?(cadre_\w+)/g)) {
    const own = labels.split(", ").filter((label) => label !== "instance" && label !== "le");
    const series = shown.join("\n").split("\n").filter((line) => line.startsWith(`${figure}{`));
    for (const label of own) assert.ok(series.every((line) => line.includes(`${label}="`)), `${figure} ${label}`);
  }
});

const promtool = spawnSync("promtool", ["--version"]).error ? "promtool is not installed" : false;

test("what /metrics shows is as Prometheus wants it", { skip: promtool }, async (t) => {
  const server = await Server.start(t, `${await folder(t)}/solo`, ["--metrics-listen", "127.0.0.1:0"]);
  const shown = await figuresOf(server, "cadre_database_bytes{");
  const checked = spawnSync("promtool", ["check", "metrics"], { input: shown, encoding: "utf8" });
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
});
