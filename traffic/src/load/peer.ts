// The same bytes as static files behind nginx: what the least that could serve them needs, on this machine and now.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Photo, Tls } from '../types.js';
import type { Recording, RecordedRequest } from './record.js';

const nginx = '/usr/sbin/nginx';
const ticksPerSecond = 100;

/** Those that only read, and with an empty cache: what is answered 304 there is no file's bytes. */
export function readers(recordings: readonly Recording[]): Recording[] {
  return recordings
    .filter((one) => one.journey !== 'visit home' && one.cache === 'new')
    .map((one) => ({
      ...one,
      groups: one.groups.map((group) => ({ ...group, requests: group.requests.filter(isRead) })),
    }));
}

function isRead(one: RecordedRequest): boolean {
  return one.method === 'GET' && one.status === 200;
}

/** Every address that a replay of these can ask, each once. */
export function addresses(recordings: readonly Recording[], wall: readonly Photo[]): string[] {
  const found = new Set<string>();
  for (const one of recordings.flatMap(({ groups }) => groups.flatMap(({ requests }) => requests))) {
    const { hole } = one;
    if (!hole) found.add(one.path);
    else for (const photo of wall) found.add(one.path.replace('{p}', photo[hole.what]));
  }
  return [...found];
}

export class Peer {
  private constructor(
    readonly url: string,
    /** The same with TLS and HTTP/2. */
    readonly tlsUrl: string | null,
    private readonly folder: string,
    private readonly child: ChildProcess,
    /** Bytes of all files, and how many. */
    readonly bytes: number,
    readonly files: number,
  ) {}

  /** null where there is no nginx. */
  static async start(
    folder: string,
    from: string,
    paths: readonly string[],
    tls: Tls | null,
  ): Promise<Peer | null> {
    if (!existsSync(nginx)) return null;
    let bytes = 0;
    for (const path of paths) bytes += await mirror(from, path, join(folder, 'files'));
    const port = await freePort();
    const secure = tls && { port: await freePort(), files: tls };
    for (const name of ['logs', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'nginx.conf'), configuration(port, secure));
    const child = spawn(
      nginx,
      ['-p', `${folder}/`, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')],
      {
        stdio: 'ignore',
      },
    );
    const end = (): void => void child.kill();
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    const url = `http://127.0.0.1:${String(port)}`;
    const tlsUrl = secure && `https://127.0.0.1:${String(secure.port)}`;
    for (let tries = 0; ; tries++) {
      const status = await fetch(url + (paths[0] ?? '/')).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return new Peer(url, tlsUrl, folder, child, bytes, paths.length);
      if (tries === 50) throw new Error(`nginx does not serve the files: ${String(status)}`);
      await sleep(100);
    }
  }

  /** One more file. */
  add(path: string, text: string): void {
    writeFileSync(join(this.folder, 'files', `${path}.body`), text);
  }

  /** CPU seconds so far, of the master and its workers. */
  cpu(): number {
    const master = this.child.pid ?? -1;
    let ticks = 0;
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        if (Number(name) === master || Number(fields[1]) === master)
          ticks += Number(fields[11]) + Number(fields[12]);
      } catch {
        // It has just ended.
      }
    }
    return ticks / ticksPerSecond;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** As a browser gets it: compressed, if it is. fetch() would unpack it. */
function mirror(from: string, path: string, folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip, deflate, br, zstd' };
    request(from + path, { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const body = Buffer.concat(parts);
        const file = join(folder, `${path.split('?')[0] ?? ''}.body`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, body);
        resolve(body.length);
      });
    })
      .on('error', reject)
      .end();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function secured(port: number, { certificate, key }: Tls): string {
  return `        listen 127.0.0.1:${String(port)} ssl http2;
        ssl_certificate ${certificate}; ssl_certificate_key ${key};
        ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:4m; ssl_session_tickets off;`;
}

/** As deploy/nginx has it where that matters: a log line a request, connections kept. */
function configuration(port: number, tls: { port: number; files: Tls } | null): string {
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes auto;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 4096; }
http {
    access_log logs/access.log;
    client_body_temp_path tmp/a; proxy_temp_path tmp/b; fastcgi_temp_path tmp/c; uwsgi_temp_path tmp/d; scgi_temp_path tmp/e;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=10000 inactive=60s;
    server {
        listen 127.0.0.1:${String(port)};
${tls ? secured(tls.port, tls.files) : ''}
        root files;
        location = /bare { default_type text/html; try_files $uri.body =404; }
        location / { try_files $uri.body =404; }
    }
}
`;
}
