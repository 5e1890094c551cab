// How the program starts, refuses to start, and stops.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../api/eventually.js";
import { picture } from "./pictures.js";
import { Server, cadre, done, folder, pause, person } from "./program.js";
import { startRedis } from "./stores.js";

const missingRedis = spawnSync("redis-server", ["--version"]).error ? "redis-server is not installed" : false;

const serve = (data, ...flags) => cadre(["serve", "--data", data, "--listen", "127.0.0.1:0", ...flags]);

test("prints its address and, while there is no user, the set-up link, and nothing else", async (t) => {
  const server = await Server.start(t, await folder(t));
  const lines = server.out.split("\n");
  assert.match(lines[0], /^Cadre is listening on http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(
    lines[1],
    /^Set up the first administrator here \(once\): http:\/\/127\.0\.0\.1:\d+\/#setup=[\w-]+$/,
  );
  assert.deepEqual(lines.slice(2), [""]);
});

test("the set-up link can be opened where the program listens on every address", async (t) => {
  for (const every of ["0.0.0.0:0", "[::]:0", ":0"]) {
    const server = await Server.start(t, await folder(t), ["--listen", every]);
    const link = /^Set up .*: (http:\/\/localhost:\d+)\/#setup=[\w-]+$/m.exec(server.out);
    assert.ok(link, server.out);
    assert.equal((await fetch(`${link[1]}/api/v1/me`)).status, 200);
  }
});

test("browsers are told to come by TLS where that is the address", async (t) => {
  for (const [url, header] of [
    ["https://photos.example", "max-age=31536000"],
    ["http://photos.example", null],
  ]) {
    const server = await Server.start(t, await folder(t), ["--public-url", url]);
    for (const path of ["/", "/api/v1/me", "/nowhere"])
      assert.equal((await server.request(path)).headers.get("Strict-Transport-Security"), header, `${url}${path}`);
  }
});

test("a fleet tells the set-up link when its stores are there, however late that is", { skip: missingRedis }, async (t) => {
  const path = await folder(t);
  const redis = await startRedis(t, path);
  for (const node of redis.children.values()) node.kill("SIGSTOP");
  const env = { CADRE_CATALOG: `redis://${redis.join(",")}`, CADRE_BLOBS: `files:${path}/blobs` };
  const server = Server.begin(t, join(path, "data"), ["--public-url", "http://photos.example"], env);
  for (const end = Date.now() + 30_000; !server.out.includes("listening") && Date.now() < end;) await pause(50);
  await pause(1500);
  assert.ok(!server.out.includes("#setup="), server.out);
  for (const node of redis.children.values()) node.kill("SIGCONT");
  for (const end = Date.now() + 60_000; !server.out.includes("#setup=") && Date.now() < end;) await pause(100);
  assert.match(server.out, /^Set up .*: http:\/\/photos\.example\/#setup=[\w-]+$/m);
  await pause(5000);
  assert.equal(server.out.match(/#setup=/g).length, 1, server.out);
});

test("the set-up link is the same after a restart and gone once there is a user", async (t) => {
  const data = await folder(t);
  const link = (server) => /#setup=([\w-]+)/.exec(server.out)?.[1];
  const first = await Server.start(t, data);
  await first.stop();
  const second = await Server.start(t, data);
  assert.equal(link(second), link(first));
  await person(second);
  await second.stop();
  const third = await Server.start(t, data);
  assert.equal(link(third), undefined);
});

test("says in a sentence what keeps it from starting", async (t) => {
  const base = await folder(t);
  const running = await Server.start(t, join(base, "running"));
  const refusals = {
    "another server has the folder": [await serve(join(base, "running")), /in use by process \d+/],
    "the port is taken": [
      await cadre(["serve", "--data", join(base, "a"), "--listen", running.url.slice("http://".length)]),
      /listen/i,
    ],
    "the decoder is missing": [
      await serve(join(base, "b"), "--decoder", join(base, "nowhere")),
      /reads pictures/,
    ],
    "the data folder is a file": [await serve(running.data + "/lock"), /folder/i],
  };
  for (const [why, [ran, sentence]] of Object.entries(refusals)) {
    assert.equal(ran.code, 1, `${why}: ${ran.err}`);
    assert.equal(ran.out, "", why);
    assert.match(ran.err, sentence, why);
    assert.match(ran.err, /^cadre: [A-Z].*\.$/m, why);
  }
});

test("a folder that cannot be written is refused", async (t) => {
  if (process.getuid() === 0) return t.skip("root may write everywhere");
  const data = join(await folder(t), "closed");
  await mkdir(data);
  await chmod(data, 0o500);
  const ran = await serve(data);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /^cadre: .*closed.*\.$/m);
});

test("a catalog of a newer program is refused and left as it is", async (t) => {
  const data = await folder(t);
  await (await Server.start(t, data)).stop();
  const catalog = join(data, "catalog.db");
  const python = (code) => execFileSync("python3", ["-c", code, catalog], { encoding: "utf8" });
  python("import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version = 999')");
  const ran = await serve(data);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /schema 999/);
  const version =
    "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version').fetchone())";
  assert.equal(python(version).trim(), "999");
});

test("SIGTERM lets an upload that is under way finish, and no new one begin", async (t) => {
  const data = await folder(t);
  const server = await Server.start(t, data);
  await person(server);
  const bytes = picture(7);
  const address = new URL(server.url);
  const socket = net.connect(Number(address.port), address.hostname);
  let answer = "";
  socket.on("data", (text) => (answer += text));
  socket.write(
    `POST /api/v1/photos HTTP/1.1\r\nHost: ${address.host}\r\nAuthorization: Bearer ${server.token}\r\n` +
      `Content-Length: ${bytes.length}\r\n\r\n`,
  );
  socket.write(bytes.subarray(0, 100));
  await pause(200); // until the server has read the header
  server.child.kill("SIGTERM");
  await eventually(() => fetch(`${server.url}/livez`).catch(() => null), (answer) => answer === null, 20);
  socket.write(bytes.subarray(100));
  await once(server.child, "exit");
  assert.equal(server.child.exitCode, 0, server.log);
  assert.match(answer, /^HTTP\/1\.1 201 /);

  const again = await Server.start(t, data);
  again.token = server.token;
  assert.equal((await again.settled()).length, 1);
});

test("a second signal ends it at once", async (t) => {
  const server = await Server.start(t, await folder(t));
  const address = new URL(server.url);
  const socket = net.connect(Number(address.port), address.hostname);
  socket.on("error", () => {});
  socket.write(
    `POST /api/v1/session HTTP/1.1\r\nHost: ${address.host}\r\nContent-Type: application/json\r\n`,
  );
  socket.write("Content-Length: 100\r\n\r\n{");
  await pause(200); // until the server has read the header
  server.child.kill("SIGTERM");
  await eventually(async () => server.log, (log) => log.includes("stopping"), 20);
  assert.equal(server.child.exitCode, null);
  server.child.kill("SIGTERM");
  await once(server.child, "exit");
  assert.equal(server.child.signalCode, "SIGTERM");
});

test("healthcheck asks the server that --listen names", async (t) => {
  const server = await Server.start(t, await folder(t));
  const listen = server.url.slice("http://".length);
  assert.equal((await cadre(["healthcheck", "--listen", listen])).code, 0);
  await server.stop();
  assert.equal((await cadre(["healthcheck", "--listen", listen])).code, 1);
});

test("healthcheck --pulse looks at the age of the file that a worker touches", async (t) => {
  const pulse = join(await folder(t), "pulse");
  assert.equal((await cadre(["healthcheck", "--pulse", pulse])).code, 1);
  await writeFile(pulse, "");
  assert.equal((await cadre(["healthcheck", "--pulse", pulse])).code, 0);
  await utimes(pulse, Date.now() / 1000 - 40, Date.now() / 1000 - 40);
  assert.equal((await cadre(["healthcheck", "--pulse", pulse])).code, 1);
});

test("users and tokens are made while a server runs, and without one", async (t) => {
  const data = ["--data", join(await folder(t), "new")];
  await done(["user", "add", "ada", "--role", "admin", "--password-stdin", ...data], "a good password\n");
  const token = await done(["token", "create", "--user", "ada", ...data]);
  assert.match(token, /^\S+\n$/);
  assert.equal((await cadre(["user", "add", "Ada", "--password-stdin", ...data], "another one\n")).code, 1);
  assert.equal((await cadre(["token", "create", "--user", "nobody", ...data])).code, 1);
  assert.equal(
    (await cadre(["user", "password", "nobody", "--password-stdin", ...data], "new password\n")).code,
    1,
  );

  const server = await Server.start(t, data[1]);
  await done(["user", "password", "ada", "--password-stdin", ...data], "changed password\n");
  const logIn = (password) =>
    fetch(`${server.url}/api/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "ada", password }),
    });
  assert.equal((await logIn("a good password")).status, 401);
  assert.equal((await logIn("changed password")).status, 201);
  server.token = token.trim();
  assert.equal((await (await server.request("/api/v1/me")).json()).user.name, "ada");
});

test("nothing but the library is in the data folder", async (t) => {
  const data = await folder(t);
  await (await Server.start(t, data)).stop();
  await writeFile(join(data, "mine"), "");
  const known = /^(blobs|scratch|lock|mine|reserve(\.start)?|(catalog|volatile|jobs|find)\.db(-wal|-shm)?)$/;
  for (const name of await readdir(data)) assert.match(name, known);
});

test("the log has the library's own words for a file that is refused, and none of the file before", async (t) => {
  const data = await folder(t);
  const server = await Server.start(t, data);
  await person(server);
  const whole = picture(1);
  for (const bytes of [whole.subarray(0, 40), Buffer.from("GIF89a no picture at all")])
    assert.ok([415, 422].includes((await server.upload(bytes)).status));
  const refused = async () => server.log.split("\n").filter((line) => line.includes("a file was refused"));
  const lines = await eventually(refused, ({ length }) => length === 2);
  const details = lines.map((line) => /detail="([^"]+)"/.exec(line)?.[1]);
  assert.match(details[0], /png/i);
  assert.doesNotMatch(details[1] ?? "", /png/i);
});
