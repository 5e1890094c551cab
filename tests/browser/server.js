// The server that the tests drive: the one that CADRE_URL and CADRE_SETUP_TOKEN name, or build/cadre with a data folder
// of its own on a port that the system picks.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startsWithin = 30_000;

/** @returns {Promise<{url: string, token: string, stop: () => Promise<void>}>} */
export async function startServer() {
  const { CADRE_URL, CADRE_SETUP_TOKEN, CADRE_TEST_PROGRAM } = process.env;
  if (CADRE_URL && CADRE_SETUP_TOKEN) {
    return {
      url: new URL(CADRE_URL).origin,
      token: CADRE_SETUP_TOKEN,
      stop: async () => {},
    };
  }
  const data = await mkdtemp(join(tmpdir(), "cadre-browser-"));
  const binary = CADRE_TEST_PROGRAM ?? join(root, "build", "cadre");
  const web = process.env.CADRE_WEB ?? join(root, "web", "dist");
  const child = spawn(binary, [
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--data",
    data,
    "--web",
    web,
  ]);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { ...(await setupLink(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads what the server prints until the setup link is in it. */
function setupLink(child) {
  return new Promise((resolve, reject) => {
    let printed = "";
    const late = setTimeout(
      () => reject(new Error(`No setup link was printed:\n${printed}`)),
      startsWithin,
    );
    const read = (chunk) => {
      printed += String(chunk);
      const link = /(https?:\/\/[^\s/]+)\/#setup=([\w-]+)(?=\s)/.exec(printed);
      if (!link) return;
      clearTimeout(late);
      resolve({ url: link[1], token: link[2] });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`The server ended with ${code}:\n${printed}`)),
    );
  });
}
