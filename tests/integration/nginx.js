// nginx as the fleet has it: deploy/nginx/nginx.conf.j2, rendered for some replicas, in a folder of its own.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.js";
import { folder, pause } from "./program.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A reason to skip, or nothing. */
export function missing() {
  if (spawnSync("nginx", ["-v"]).error) return "nginx is not installed";
  if (spawnSync("/usr/bin/python3", ["-c", "import jinja2"]).status !== 0)
    return "python3-jinja2 is not installed";
  return false;
}

/** @param replicas addresses, host:port. @param path where its files go. @returns the URL */
export async function startNginx(test, replicas, path) {
  path ??= await folder(test);
  const address = `127.0.0.1:${await freePort()}`;
  const variables = {
    ...{ name: "nginx-test", folder: path, listen: [address], replicas, workers: 1 },
    ...(process.getuid() === 0 && { user: "root" }),
    ...{ access_log: `${path}/access.log`, error_log: `${path}/error.log` },
  };
  const tasks = [
    { template: `${root}deploy/nginx/nginx.conf.j2`, variables, to: `${path}/nginx.conf` },
  ];
  execFileSync(`${root}tools/render.py`, { input: JSON.stringify(tasks) });
  const child = spawn("nginx", ["-p", `${path}/`, "-e", `${path}/error.log`, "-c", `${path}/nginx.conf`], {
    stdio: "inherit",
  });
  test.after(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  });
  const url = `http://${address}`;
  while (!(await fetch(`${url}/livez`).catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    await pause(20);
  }
  return url;
}
