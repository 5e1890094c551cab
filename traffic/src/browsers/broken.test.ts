// A visitor finds out a gallery that breaks: the real program, behind a proxy that breaks one thing.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill, Gallery } from '../gallery.js';
import type { Account, Photo } from '../types.js';
import { journeys } from './journeys.js';
import { devices, networks, Visitor } from './visitor.js';

const program = fileURLToPath(new URL('../../../build/cadre', import.meta.url));
const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const password = 'correct horse battery staple';

/** Changes what comes back, or answers by itself. */
interface Break {
  answer?: (asked: IncomingMessage, to: ServerResponse) => boolean;
  body?: (path: string, agent: string, body: Buffer) => Buffer;
}

function proxy(target: URL, how: Break): Promise<Server> {
  const server = createServer((asked, to) => {
    if (how.answer?.(asked, to)) return;
    const { method, url: path, headers } = asked;
    // Plain, so that it can be changed.
    const passed = { ...headers, 'accept-encoding': 'identity' };
    const { hostname, port } = target;
    const forward = request({ hostname, port, method, path, headers: passed }, (answer) => {
      if (answer.headers['content-type']?.startsWith('text/event-stream')) {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
        return;
      }
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const whole = Buffer.concat(parts);
        const body = how.body?.(path ?? '', headers['user-agent'] ?? '', whole) ?? whole;
        const length =
          method === 'HEAD' || body.length === 0 ? {} : { 'content-length': String(body.length) };
        to.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...length });
        to.end(body);
      });
    });
    forward.on('error', () => to.destroy());
    asked.pipe(forward);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe.skipIf(!existsSync(program) || !existsSync(browserPath))('a visitor', { timeout: 180_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'cadre-visitor-'));
  let server: ChildProcess;
  let url: URL;
  let browser: Browser;
  let wall: Photo[];
  let account: Account;
  let admin: Gallery;

  beforeAll(async () => {
    const words = ['user', 'add', 'admin', '--role', 'admin', '--password-stdin', '--data', data];
    execFileSync(program, words, { input: `${password}\n`, stdio: 'pipe' });
    const made = execFileSync(program, ['token', 'create', '--user', 'admin', '--data', data], {
      stdio: 'pipe',
    });
    server = spawn(program, ['serve', '--listen', '127.0.0.1:0', '--data', data]);
    url = await addressOf(server);
    admin = new Gallery(url.origin, String(made).trim());
    account = await admin.newcomer();
    await fill(new Gallery(url.origin, account.token), 1, 9);
    wall = await admin.wall();
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    if (server?.exitCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
    }
    rmSync(data, { recursive: true, force: true });
  });

  async function findings(how: Break, name: string): Promise<string[]> {
    const between = await proxy(url, how);
    const { port } = between.address() as AddressInfo;
    try {
      const [device, network] = [devices[0], networks[0]];
      const journey = journeys.find((one) => one.name === name);
      if (!device || !network || !journey) throw new Error('no such journey');
      const gallery = new Gallery(`http://127.0.0.1:${String(port)}`, account.token);
      const visitor = await Visitor.arrive({
        journey: name,
        seed: 1,
        device,
        network,
        faults: false,
        chromium: browser,
        gallery,
        patience: 8000,
      });
      const error = await journey.go(visitor, { wall, account, mayPublish: true }).then(
        () => null,
        (reason: unknown) => reason,
      );
      await visitor.leave(error);
      expect(visitor.checks + visitor.failed.length).toBeGreaterThan(0);
      return visitor.failed.map((one) => `${one.step}: ${one.detail}`);
    } finally {
      between.closeAllConnections();
      between.close();
    }
  }

  it('has nothing to complain of where nothing is broken', async () => {
    expect(await findings({}, 'look around')).toEqual([]);
    expect(await findings({}, 'visit home')).toEqual([]);
  });

  it('finds a picture that cannot be decoded', async () => {
    const broken = wall[0]?.key ?? '';
    const body = (path: string, _: string, bytes: Buffer): Buffer =>
      path.includes(broken) ? Buffer.from('no picture') : bytes;
    expect((await findings({ body }, 'look around')).join()).toMatch(/see the wall|error in the console/);
  });

  it('finds photos that stand elsewhere than the server has them', async () => {
    // The page is told the truth, the one who compares is told the reverse.
    const body = (path: string, agent: string, bytes: Buffer): Buffer => {
      if (agent.includes('Chrome') || !/\/timeline\/\d/.test(path)) return bytes;
      const month = JSON.parse(String(bytes)) as { id: string[] };
      return Buffer.from(
        JSON.stringify({ ...month, id: month.id.map((id) => id.split('').reverse().join('')) }),
      );
    };
    expect((await findings({ body }, 'look around')).join()).toMatch(/in the server's list/);
  });

  it('finds an error in the console', async () => {
    const body = (path: string, _: string, bytes: Buffer): Buffer =>
      path === '/' ? Buffer.concat([bytes, Buffer.from('<script>1</script>')]) : bytes;
    expect((await findings({ body }, 'look around')).join()).toMatch(
      /error in the console: .*Content Security Policy/,
    );
  });

  it('is taken away again with all that they added', async () => {
    const somebody = await admin.newcomer();
    const theirs = new Gallery(url.origin, somebody.token);
    const before = await admin.wall(); // what the journeys of other tests have added may be on it
    await fill(theirs, 2, 3);
    const [kept, trashed] = (await theirs.wall()).filter((one) => !before.some(({ id }) => id === one.id));
    await theirs.must('DELETE', `/api/v1/photos/${trashed?.id ?? ''}`);
    expect(await admin.forget(somebody)).toBe(true);
    expect((await admin.wall()).map(({ id }) => id)).not.toContain(kept?.id);
    const { users } = (await admin.must('GET', '/api/v1/users')) as { users: { id: string }[] };
    expect(users.map(({ id }) => id)).not.toContain(somebody.id);
  });

  it('finds that what was deleted is not gone, though it was said to be', async () => {
    const answer = (asked: IncomingMessage, to: ServerResponse): boolean => {
      if (asked.method !== 'DELETE' || !asked.url?.includes('/photos/')) return false;
      to.writeHead(204).end();
      return true;
    };
    const found = await findings({ answer }, 'visit home');
    expect(found.join()).toMatch(/undo|it is back|it is gone|error in the console/);
  });
});

function addressOf(child: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (part: Buffer): void => {
      printed += String(part);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (found) resolve(new URL(found[0]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}: ${printed}`)));
  });
}
