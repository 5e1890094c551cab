// The configurations of docs/how-to/run-behind-a-proxy.md, as they stand there, in front of the real program.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import { eventually } from "../api/eventually.js";
import { freePort } from "./ports.js";
import { atEnd, folder, pause, Server } from "./program.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = await readFile(join(root, "docs/how-to/run-behind-a-proxy.md"), "utf8");
const host = "photos.example.org";
const password = "correct horse battery staple";

/** The one block of that language. */
function block(language) {
  const found = [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))];
  assert.equal(found.length, 1, language);
  return found[0][1];
}

/** Replaces each text, which has to be there. */
function replaced(text, pairs) {
  for (const [from, to] of pairs) {
    assert.ok(text.includes(from), `the page has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

function certificate(path) {
  const [cert, key] = [join(path, "photos.pem"), join(path, "photos.key")];
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, "-out", cert, "-keyout", key];
  execFileSync("openssl", args, { stdio: "ignore" });
  return { cert, key };
}

const proxies = {
  nginx: {
    program: "nginx",
    async start({ path, port, upstream, cert, key }) {
      const server = replaced(block("nginx"), [
        ["listen 443 ssl http2", `listen 127.0.0.1:${port} ssl http2`],
        ["/etc/ssl/photos.example.org.pem", cert],
        ["/etc/ssl/private/photos.example.org.key", key],
        ["127.0.0.1:8080", upstream],
      ]);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${path}/${name};`);
      const user = process.getuid() === 0 ? "user root;" : "";
      const text = `daemon off; ${user} pid ${path}/pid; events {} http { access_log off; ${temporary.join(" ")} ${server} }`;
      await writeFile(join(path, "nginx.conf"), text);
      return ["-p", path, "-e", `${path}/error.log`, "-c", `${path}/nginx.conf`];
    },
  },
  Caddy: {
    program: "caddy",
    async start({ path, port, upstream, cert, key }) {
      const site = replaced(block("caddy"), [
        [`${host} {`, `https://${host}:${port} {\n\tbind 127.0.0.1\n\ttls ${cert} ${key}`],
        ["127.0.0.1:8080", upstream],
      ]);
      const global = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";
      await writeFile(join(path, "Caddyfile"), global + site);
      return ["run", "--adapter", "caddyfile", "--config", join(path, "Caddyfile")];
    },
  },
  Apache: {
    program: "apache2",
    async start({ path, port, upstream, cert, key }) {
      const site = replaced(block("apache"), [
        ["*:443", `127.0.0.1:${port}`],
        ["/etc/ssl/photos.example.org.pem", cert],
        ["/etc/ssl/private/photos.example.org.key", key],
        ["127.0.0.1:8080", upstream],
      ]);
      const modules = ["mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http", "headers", "reqtimeout"];
      const load = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
      const user = process.getuid() === 0 ? "User www-data\nGroup www-data" : "";
      const own = `ServerRoot ${path}\nPidFile ${path}/pid\nErrorLog ${path}/error.log\nServerName ${host}\nMutex file:${path}`;
      const text = [own, ...load, user, `Listen 127.0.0.1:${port}`, "RequestReadTimeout header=20-40,minrate=500", "RequestReadTimeout body=10,minrate=500", site];
      await writeFile(join(path, "apache.conf"), text.join("\n"));
      return ["-X", "-f", join(path, "apache.conf")];
    },
  },
};

/** Starts the proxy in front of `upstream`; the port on which it listens. */
async function started(t, { program, start }, upstream) {
  const path = await folder(t);
  const port = await freePort();
  const args = await start({ path, port, upstream, ...certificate(path) });
  const env = { ...process.env, XDG_DATA_HOME: path, XDG_CONFIG_HOME: path, HOME: path };
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  atEnd(t, async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const ask = () => visitor(port).get("/api/v1/me").catch(() => null);
  await eventually(ask, (answer) => child.exitCode !== null || answer?.status === 200, 50);
  assert.equal(child.exitCode, null, `${program} ended: ${said}`);
  return port;
}

/** A browser at 127.0.0.3, whose requests are for photos.example.org. */
function visitor(port) {
  const origin = `https://${host}:${port}`;
  const jar = new Map();
  const options = () => ({
    ...{ host: "127.0.0.1", port, servername: host, rejectUnauthorized: false, localAddress: "127.0.0.3", agent: false },
    headers: {
      Host: `${host}:${port}`,
      Origin: origin,
      ...(jar.size > 0 && { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") }),
    },
  });
  const ask = (method, path, body, type, extra = {}) =>
    new Promise((resolve, reject) => {
      const asked = options();
      Object.assign(asked.headers, extra, body && { "Content-Type": type, "Content-Length": body.length });
      const request = https.request({ ...asked, method, path }, (answer) => {
        const pieces = [];
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("end", () => {
          const text = Buffer.concat(pieces);
          for (const cookie of answer.headers["set-cookie"] ?? []) {
            const [name, value] = cookie.split(";")[0].split("=");
            jar.set(name, value);
          }
          const json = /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(text) : undefined;
          resolve({ status: answer.statusCode, headers: answer.headers, body: text, json });
        });
        answer.on("error", reject);
      });
      request.on("error", reject);
      request.end(body);
    });
  return {
    origin,
    jar,
    get: (path, headers) => ask("GET", path, undefined, "", headers),
    post: (path, json, headers) => ask("POST", path, Buffer.from(JSON.stringify(json)), "application/json", headers),
    upload: (bytes) => ask("POST", "/api/v1/photos?visibility=private", bytes, "image/png"),
    /** Resolves with the first event of that name. */
    event: (name) =>
      new Promise((resolve, reject) => {
        const request = https.get({ ...options(), path: "/api/v1/events?scope=mine" }, (answer) => {
          let text = "";
          answer.on("data", (piece) => {
            text += piece;
            if (!text.includes(`event: ${name}`)) return;
            request.destroy();
            resolve();
          });
        });
        request.on("error", reject);
      }),
  };
}

/** A PNG of noise, as large as a photograph: some 7 MB. */
function noise(width = 1800, height = 1300) {
  const chunk = (type, data) => {
    const bytes = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(bytes.length + 8);
    out.writeUInt32BE(data.length);
    bytes.copy(out, 4);
    out.writeUInt32BE(crc32(bytes), bytes.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = randomBytes(height * (1 + width * 3));
  for (let y = 0; y < height; y++) rows[y * (1 + width * 3)] = 0;
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 0 })), chunk("IEND", Buffer.alloc(0))]);
}

for (const [name, proxy] of Object.entries(proxies)) {
  const installed = !spawnSync(proxy.program, ["-v"]).error;
  test(`${name}, as the page configures it`, { skip: !installed && `${name} is not installed` }, async (t) => {
    const data = await folder(t);
    // The proxy's port is not known before it starts, so the program learns its public address at a second start.
    const probe = await Server.start(t, data);
    const upstream = probe.url.slice("http://".length);
    const port = await started(t, proxy, upstream);
    await probe.stop();
    const settings = { CADRE_PUBLIC_URL: `https://${host}:${port}`, CADRE_TRUSTED_PROXIES: "127.0.0.1/32" };
    for (const variable of Object.keys(settings)) assert.ok(block("sh").includes(variable));
    const server = await Server.start(t, data, ["--listen", upstream], settings);

    const ada = visitor(port);
    const token = /#setup=([\w-]+)/.exec(server.out)[1];
    assert.ok(server.out.includes(`${ada.origin}/#setup=`), server.out);
    assert.equal((await ada.post("/api/v1/setup", { token, name: "ada", password })).status, 201);
    const entered = await ada.post("/api/v1/session", { name: "ada", password });
    assert.equal(entered.status, 201, String(entered.body));
    const cookie = entered.headers["set-cookie"][0];
    assert.match(cookie, /^__Host-cadre_session=/);
    assert.match(cookie, /; Secure/);

    // The visitor's address, whatever the visitor claims.
    const forged = { "X-Forwarded-For": "203.0.113.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http" };
    assert.equal((await ada.post("/api/v1/session", { name: "ada", password }, forged)).status, 201);
    const { sessions } = (await ada.get("/api/v1/me/sessions")).json;
    for (const { address } of sessions) assert.equal(address, "127.0.0.3");

    const heard = ada.event("photo.changed");
    await pause(300);
    const bytes = noise();
    const sent = await ada.upload(bytes);
    assert.equal(sent.status, 201, String(sent.body));
    await heard;
    const original = await ada.get(`/api/v1/photos/${sent.json.id}/original`);
    assert.ok(original.body.equals(bytes));

    // Another site's page, and this host's over http.
    for (const origin of ["https://evil.example", `http://${host}:${port}`])
      assert.equal((await ada.post("/api/v1/me/tokens", { name: "t" }, { Origin: origin })).status, 403, origin);
  });
}

test("a proxy that rewrites Host is told what to set, and that is enough", async (t) => {
  const data = await folder(t);
  let server = await Server.start(t, data);
  const upstream = new URL(server.url);
  const origin = "https://photos.example.org";
  // What such a proxy makes of a browser's request.
  const enter = () =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ name: "ada", password });
      const headers = { Host: upstream.host, Origin: origin, "Content-Type": "application/json", "Content-Length": body.length };
      const request = http.request({ ...{ host: upstream.hostname, port: upstream.port, method: "POST", path: "/api/v1/session" }, headers }, async (answer) => {
        let text = "";
        for await (const piece of answer) text += piece;
        resolve({ status: answer.statusCode, json: JSON.parse(text) });
      });
      request.on("error", reject);
      request.end(body);
    });
  const refused = await enter();
  assert.equal(refused.status, 403);
  for (const part of [origin, server.url, `--public-url ${origin}`, "--trusted-proxies"])
    assert.ok(refused.json.detail.includes(part), `${refused.json.detail} has no ${part}`);
  await server.stop();
  server = await Server.start(t, data, ["--listen", upstream.host, "--public-url", origin]);
  assert.equal((await enter()).status, 401);
});
