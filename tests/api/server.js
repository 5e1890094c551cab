// The server that the tests drive: the one that CADRE_URL and CADRE_SETUP_TOKEN name, or build/cadre (or
// CADRE_TEST_PROGRAM) with a data folder of its own on a port that the system picks.
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
    const { CADRE_URL, CADRE_SETUP_TOKEN } = process.env;
    if (CADRE_URL && CADRE_SETUP_TOKEN)
      return new Server(new URL(CADRE_URL).origin, CADRE_SETUP_TOKEN, null, {});
    const data = await mkdtemp(join(tmpdir(), "cadre-api-"));
    const server = new Server("", "", data, options);
    await server.up();
    return server;
  }

  /** Whether the test may stop it and look into its folder. */
  get own() {
    return this.data !== null;
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

  async down() {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }

  async stop() {
    if (!this.own) return;
    await this.down();
    await rm(this.data, { recursive: true, force: true });
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
