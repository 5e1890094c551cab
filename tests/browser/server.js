// The server that the tests drive: build/cadre with a data folder of its own on a port that the system picks; or the one
// at CADRE_TEST_URL, where CADRE_TEST_TOKEN is an administrator's token: set up, with an empty wall.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startsWithin = 30_000;

/**
 * `flags` are further ones of `cadre serve`. `token` is for the set-up; `name` is somebody who is there already, with the password that was given. A server of its own
 * can be ended by a signal, and be started again with the same data, at the same address or another.
 * @returns {Promise<{url: string, token?: string, name?: string, stop: () => Promise<void>,
 *   end?: (signal: NodeJS.Signals) => Promise<void>, start?: (listen?: string) => Promise<string>}>}
 */
export async function startServer(password, flags = []) {
  const { CADRE_TEST_URL, CADRE_TEST_TOKEN, CADRE_TEST_PROGRAM } = process.env;
  if (CADRE_TEST_URL)
    return guest(new URL(CADRE_TEST_URL).origin, CADRE_TEST_TOKEN, password);
  const data = await mkdtemp(join(tmpdir(), "cadre-browser-"));
  let child;
  const serve = async (listen, sign) => {
    child = spawn(CADRE_TEST_PROGRAM ?? join(root, "build", "cadre"), [
      "serve",
      "--listen",
      listen,
      "--data",
      data,
      "--web",
      process.env.CADRE_WEB ?? join(root, "web", "dist"),
      ...flags,
    ]);
    return printed(child, sign);
  };
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await new Promise((resolve) => child.once("exit", resolve));
  };
  const stop = async () => {
    await end("SIGTERM");
    await rm(data, { recursive: true, force: true });
  };
  try {
    const link = /(https?:\/\/[^\s/]+)\/#setup=([\w-]+)(?=\s)/;
    const [, url, token] = await serve("127.0.0.1:0", link);
    const { host } = new URL(url);
    const start = async (at = host) =>
      (await serve(at, /is listening on (\S+)/))[1];
    return { url, token, stop, end, start };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Somebody new on a server that others use. */
async function guest(url, token, password) {
  const headers = {
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
  };
  const wall = await (await fetch(`${url}/api/v1/timeline?scope=wall`)).json();
  if (wall.total !== 0)
    throw new Error(`The wall has to be empty, and has ${wall.total} photos.`);
  const name = `ada-${Date.now()}`;
  const body = JSON.stringify({ name, role: "admin", password });
  const made = await fetch(`${url}/api/v1/users`, {
    method: "POST",
    headers,
    body,
  });
  if (made.status !== 201) throw new Error(await made.text());
  return { url, name, stop: async () => {} };
}

/** Reads what the server prints until this is in it. */
function printed(child, sign) {
  return new Promise((resolve, reject) => {
    let text = "";
    const late = setTimeout(
      () => reject(new Error(`The server has not said ${sign}:\n${text}`)),
      startsWithin,
    );
    const read = (chunk) => {
      text += String(chunk);
      const found = sign.exec(text);
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`The server ended with ${code}:\n${text}`)),
    );
  });
}
