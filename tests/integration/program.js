// The real program: build/cadre, or the one that CADRE_TEST_PROGRAM names, in folders and on ports of its own.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../api/eventually.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const program = process.env.CADRE_TEST_PROGRAM ?? join(root, "build", "cadre");
const startsWithin = 60_000;

/** The program reads all variables that begin with CADRE_, and refuses those that it does not know. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("CADRE_")),
);

const endings = new WeakMap();

/** What is begun later ends earlier: a server before its folder goes, in which it may still write. */
export function atEnd(test, ending) {
  if (!endings.has(test)) {
    const stack = [];
    endings.set(test, stack);
    test.after(async () => {
      while (stack.length > 0) await stack.pop()();
    });
  }
  endings.get(test).push(ending);
}

/** A folder that goes when the test ends. */
export async function folder(test) {
  const path = await mkdtemp(join(tmpdir(), "cadre-integration-"));
  atEnd(test, () => rm(path, { recursive: true, force: true }));
  return path;
}

/** Runs a command to its end. `env` is added to its environment. @returns {Promise<{code: number, out: string, err: string}>} */
export function cadre(args, input = "", env = {}) {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env: { ...environment, ...env }, maxBuffer: 1 << 26 }, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Runs a command that has to succeed. */
export async function done(args, input) {
  const ran = await cadre(args, input);
  assert.equal(ran.code, 0, `cadre ${args.join(" ")}:\n${ran.out}${ran.err}`);
  return ran.out;
}

export class Server {
  /**
   * Resolves when it is ready. Flags are those of `cadre serve`; `env` is added to its environment; `through`: a command
   * and its arguments, which the program's follow, that becomes the program.
   */
  static async start(test, data, flags = [], env = {}, through = [program, []]) {
    const server = Server.begin(test, data, flags, env, through);
    await server.#ready();
    return server;
  }

  /** The same without waiting. */
  static begin(test, data, flags = [], env = {}, through = [program, []]) {
    const server = new Server();
    server.data = data;
    const listen = flags.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
    const args = ["serve", "--data", data, ...listen, ...flags];
    server.child = spawn(through[0], [...through[1], ...args], { env: { ...environment, ...env } });
    server.out = "";
    server.log = "";
    server.child.stdout.on("data", (text) => (server.out += text));
    server.child.stderr.on("data", (text) => (server.log += text));
    atEnd(test, () => server.kill());
    return server;
  }

  async #ready() {
    for (const until = Date.now() + startsWithin; Date.now() < until;) {
      assert.equal(this.child.exitCode, null, `it ended:\n${this.log}`);
      this.url = /^Cadre is listening on (http:\/\/\S+)$/m.exec(this.out)?.[1];
      const answer = this.url && (await fetch(`${this.url}/readyz`).catch(() => null));
      if (answer?.status === 200) return;
      await pause(10);
    }
    assert.fail(`it is not ready:\n${this.out}\n${this.log}`);
  }

  /** SIGTERM, and the exit code. */
  async stop() {
    const ended = this.child.exitCode === null && once(this.child, "exit");
    this.child.kill("SIGTERM");
    if (ended) await ended;
    return this.child.exitCode;
  }

  async kill() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  request(path, options = {}) {
    const headers = { ...options.headers, ...(this.token && { Authorization: `Bearer ${this.token}` }) };
    return fetch(this.url + path, { ...options, headers });
  }

  upload(bytes) {
    return this.request("/api/v1/photos", { method: "POST", body: bytes });
  }

  /** All photos of the token's owner. */
  async photos() {
    const all = [];
    for (let cursor = ""; cursor !== null;) {
      const answer = await this.request(`/api/v1/photos?scope=mine&limit=100&cursor=${cursor}`);
      const page = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(page));
      all.push(...page.photos);
      cursor = page.next;
    }
    return all;
  }

  /** Waits until none is processing. */
  async settled() {
    return eventually(() => this.photos(), (photos) => photos.every(({ state }) => state !== "processing"), 50);
  }
}

/** A user and a token, made by the command line while the server runs. The token is in `file`, too. */
export async function person(server, name = "ada") {
  const data = ["--data", server.data];
  await done(["user", "add", name, "--role", "admin", "--password-stdin", ...data], "a good password\n");
  server.token = (await done(["token", "create", "--user", name, ...data])).trim();
  server.tokenFile = join(server.data, `token-of-${name}`);
  await writeFile(server.tokenFile, server.token);
  return server.token;
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
