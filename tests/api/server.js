// The server that the tests drive: build/cadre (or CADRE_TEST_PROGRAM) with a data folder of its own on a port that the
// system picks; or the one at CADRE_TEST_URL, where CADRE_TEST_TOKEN is an administrator's token. That one is shared: it
// is set up, it holds other people and photos, it may be many replicas behind a proxy that hides its health, keeps
// derivatives for 5 s and the wall for 2 s. Its tests run one file after the other (--test-concurrency=1), each from one of
// this host's addresses in CADRE_TEST_ADDRESSES, if that names some.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startsWithin = 60_000;

export class Server {
  #child = null;
  #options;

  constructor(url, token, data, options) {
    this.url = url;
    this.token = token;
    this.data = data;
    this.#options = options;
  }

  /** Options are flags of `cadre serve`: { "max-upload": "1MiB" }. */
  static async start(options = {}) {
    const { CADRE_TEST_URL, CADRE_TEST_TOKEN } = process.env;
    if (CADRE_TEST_URL) {
      const server = new Server(new URL(CADRE_TEST_URL).origin, "", null, {});
      server.adminToken = CADRE_TEST_TOKEN;
      server.people = [];
      return server;
    }
    const data = await mkdtemp(join(tmpdir(), "cadre-api-"));
    const server = new Server("", "", data, options);
    await server.up();
    return server;
  }

  /** Whether the test may stop it and look into its folder. */
  get own() {
    return this.data !== null;
  }

  /** Until no proxy answers what was true before. */
  async forgotten() {
    if (!this.own) await new Promise((resolve) => setTimeout(resolve, 5100));
  }

  async up() {
    const binary = process.env.CADRE_TEST_PROGRAM ?? join(root, "build", "cadre");
    const flags = Object.entries({
      listen: "127.0.0.1:0",
      data: this.data,
      name: "test",
      ...this.#options,
    }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const { CADRE_TEST_PROGRAM, ...env } = process.env;
    this.#child = spawn(binary, ["serve", ...flags], { env });
    const printed = await this.#print();
    this.url = printed.url;
    this.token = printed.token ?? this.token;
  }

  /** Reads what it prints until its address is known and it says that it is ready. */
  async #print() {
    const child = this.#child;
    let out = "";
    let log = "";
    child.stdout.on("data", (chunk) => (out += String(chunk)));
    child.stderr.on("data", (chunk) => (log += String(chunk)));
    child.once("exit", (code, signal) => {
      if (this.#child === child)
        console.error(`The server ended by itself (${code ?? signal}):\n${log.slice(-2000)}`);
    });
    const until = Date.now() + startsWithin;
    for (;;) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`The server did not start:\n${out}\n${log}`);
      const url = /(https?:\/\/[^\s/#]+)/.exec(out)?.[1];
      const ready = url && (await fetch(`${url}/readyz`).catch(() => null));
      if (ready?.status === 200) {
        const me = await (await fetch(`${url}/api/v1/me`)).json();
        const token = /#setup=([\w-]+)(?=\s)/.exec(out)?.[1];
        if (token || !me.setup_needed) return { url, token };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async down(signal = "SIGTERM") {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  async stop() {
    if (!this.own) return this.#leave();
    await this.down();
    await rm(this.data, { recursive: true, force: true });
  }

  /** Takes the people and photos of this run away again. */
  async #leave() {
    const ask = (path, method, headers, body) => fetch(this.url + path, { method, headers, body });
    for (const { credentials } of this.people) {
      const headers = { Cookie: credentials.cookie, "Content-Type": "application/json" };
      const { user } = await (await ask("/api/v1/me", "GET", headers)).json();
      for (const scope of user ? ["mine", "trash"] : []) {
        const { photos } = await (await ask(`/api/v1/photos?scope=${scope}&limit=500`, "GET", headers)).json();
        const body = JSON.stringify({ ids: photos.map(({ id }) => id), purge: true });
        if (photos.length > 0) await ask("/api/v1/photos/bulk", "POST", headers, body);
      }
      const authorised = { Authorization: `Bearer ${this.adminToken}` };
      if (user) await ask(`/api/v1/users/${user.id}`, "DELETE", authorised);
    }
  }

  /** The folders in which the blob store keeps photos, sorted: one a photo, also of what a refused one left. */
  async photoFolders() {
    const all = await readdir(join(this.data, "blobs"), { recursive: true, withFileTypes: true });
    const folders = all
      .filter((entry) => entry.isFile() && /\/photos\//.test(`${entry.path}/`))
      .map((entry) => entry.path.slice(this.data.length));
    return [...new Set(folders)].sort();
  }

  /** Whether anything is left of a photo but its tomb. */
  async holdsOriginal(id) {
    const all = await readdir(join(this.data, "blobs"), { recursive: true });
    return all.some((name) => name.includes(id) && name.endsWith("/original"));
  }
}
