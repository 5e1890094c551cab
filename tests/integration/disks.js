// Small disks for one test, mounted for real: where that is not allowed, the test is skipped.
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { atEnd, folder } from "./program.js";

const run = (command, ...words) => spawnSync(command, words.map(String), { encoding: "utf8" });

/** Why disks cannot be mounted here, or nothing. */
export function cannotMount() {
  if (process.getuid() !== 0) return "only root may mount a disk";
  const tried = run("unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt");
  return tried.status === 0 ? false : `a disk cannot be mounted here: ${tried.stderr.trim()}`;
}

/** The same of disks in files. */
export function cannotMountFiles() {
  if (process.getuid() !== 0) return "only root may mount a disk";
  if (run("mkfs.ext4", "-V").status !== 0) return "mkfs.ext4 is not installed";
  return run("losetup", "-f").status === 0 ? false : "there are no loop devices here";
}

/** A folder that is a file system of its own in memory: "64m", more options of tmpfs(5). */
export async function memoryDisk(t, size, more = "") {
  const path = join(await folder(t), "disk");
  await mkdir(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}${more}`, "tmpfs", path]);
  atEnd(t, () => unmount(path));
  return path;
}

/** A folder that is ext4 in a file; it can be unmounted, and mounted again. */
export async function fileDisk(t, megabytes) {
  const base = await folder(t);
  const path = join(base, "disk");
  const image = join(base, "image");
  await mkdir(path);
  execFileSync("truncate", ["-s", `${megabytes}M`, image]);
  execFileSync("mkfs.ext4", ["-q", "-m", "0", image]);
  const disk = {
    path,
    mount: () => execFileSync("mount", ["-o", "loop", image, path]),
    /** As when it is pulled: who has files open there keeps them. */
    unmount: () => unmount(path),
    /** As a file system does that found an error. */
    freeze: () => execFileSync("mount", ["-o", "remount,abort", path]),
  };
  disk.mount();
  await rm(join(path, "lost+found"), { recursive: true });
  atEnd(t, () => disk.unmount());
  return disk;
}

function unmount(path) {
  run("umount", "--lazy", path);
}

/** Writes into one file until not a byte more fits. */
export function fill(path, name = "filling") {
  const file = openSync(join(path, name), "a");
  try {
    for (let piece = 1 << 20; piece >= 1; piece >>= 2) {
      try {
        while (writeSync(file, Buffer.alloc(piece, 1)) > 0);
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}
