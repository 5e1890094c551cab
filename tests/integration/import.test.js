// `cadre import`: what it sends, skips, refuses and reports.
import assert from "node:assert/strict";
import { readFile, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { picture, write } from "./pictures.js";
import { Server, cadre, done, folder, person } from "./program.js";

/** A server with a person, and a folder of six pictures, a text and things to ignore. */
async function begin(t) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const photos = await folder(t);
  const files = {
    "notes.txt": "no picture",
    "a.xmp": "<x/>",
    ".hidden.png": picture(99),
    "sub/Thumbs.db": "x",
  };
  for (let n = 0; n < 5; n++) files[`sub/${n}.png`] = picture(n);
  files["twin of 0.png"] = picture(0);
  await write(photos, files);
  await symlink("..", join(photos, "sub", "loop"));
  return { server, photos };
}

async function imported(server, paths, ...options) {
  const report = join(server.data, "report.json");
  const to = ["--server", server.url, "--token-file", server.tokenFile, "--report", report];
  const ran = await cadre(["import", ...to, ...options, ...paths]);
  return { ...ran, report: JSON.parse(await readFile(report, "utf8")) };
}

test("sends what is there once, reports what was refused, and skips all of it the next time", async (t) => {
  const { server, photos } = await begin(t);
  const first = await imported(server, [photos], "--wait");
  assert.equal(first.code, 0, first.out + first.err);
  assert.equal(first.report.sent, 5);
  assert.equal(first.report.duplicate, 1);
  assert.equal(first.report.ignored, 3);
  assert.equal(first.report.ready, 5);
  assert.deepEqual(first.report.failed, []);
  assert.equal(first.report.refused.length, 1);
  assert.equal(first.report.refused[0].path, join(photos, "notes.txt"));
  assert.equal(first.report.refused[0].status, 415);
  assert.match(first.report.refused[0].detail, /\.$/);
  assert.doesNotMatch(first.out, /\r|\x1b/, "a bar where no terminal is");

  const stored = await server.photos();
  assert.deepEqual(
    stored.map(({ state, visibility }) => `${state} ${visibility}`),
    Array(5).fill("ready private"),
  );
  assert.ok(stored.some(({ filename }) => filename === "3.png"));
  assert.match(await done(["verify", "--data", server.data]), /as it should be/);

  const second = await imported(server, [photos], "--visibility", "public");
  assert.equal(second.code, 0);
  assert.equal(second.report.sent, 0);
  assert.equal(second.report.duplicate, 6);
  assert.equal((await server.photos()).length, 5);
});

test("photos become public only if asked for", async (t) => {
  const { server, photos } = await begin(t);
  await imported(server, [join(photos, "sub", "1.png")], "--visibility", "public");
  assert.deepEqual(
    (await server.photos()).map(({ visibility }) => visibility),
    ["public"],
  );
});

test("what cannot be read fails, and the rest is sent", async (t) => {
  const { server, photos } = await begin(t);
  const ran = await imported(server, [join(photos, "gone.png"), join(photos, "sub", "1.png")]);
  assert.equal(ran.code, 1);
  assert.equal(ran.report.sent, 1);
  assert.equal(ran.report.failed[0].path, join(photos, "gone.png"));
  assert.equal(ran.report.failed[0].status, null);
});

test("a wrong token ends it at once with a sentence", async (t) => {
  const { server, photos } = await begin(t);
  await writeFile(server.tokenFile, "wrong");
  const ran = await cadre(["import", "--server", server.url, "--token-file", server.tokenFile, photos]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /does not know this token/);
});

test("is patient with a server that is busy or breaks off", async (t) => {
  const { server, photos } = await begin(t);
  const moody = await moodyProxy(t, server.url);
  const to = ["--server", moody.url, "--token-file", server.tokenFile];
  const ran = await cadre(["import", ...to, photos]);
  assert.equal(ran.code, 0, ran.out + ran.err);
  assert.equal((await server.photos()).length, 5);
  assert.ok(moody.busy > 0 && moody.broken > 0);
});

/** Passes on every third request of a kind; the others are answered 503, or broken off. */
async function moodyProxy(t, target) {
  const moody = { busy: 0, broken: 0 };
  const asked = {};
  const proxy = http.createServer((request, response) => {
    const kind = new URL(request.url, target).pathname;
    asked[kind] = (asked[kind] ?? 0) + 1;
    if (asked[kind] % 3 === 1) {
      moody.busy++;
      request.resume();
      return response.writeHead(503, { "Retry-After": "0" }).end();
    }
    if (asked[kind] % 3 === 2) {
      moody.broken++;
      return request.socket.destroy();
    }
    const onward = http.request(
      target + request.url,
      { method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  moody.url = `http://127.0.0.1:${proxy.address().port}`;
  return moody;
}
