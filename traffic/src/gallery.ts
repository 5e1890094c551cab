// The gallery's API, as the tool itself needs it: people to visit as, photos to look at, and what became of them.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from './pictures.js';
import { seedOf } from './pure/random.js';
import type { Account, Photo } from './types.js';

/** It cannot be visited like this: exit code 2. */
export class Unusable extends Error {}

export interface Answer {
  status: number;
  json: Record<string, unknown>;
}

export class Gallery {
  constructor(
    readonly url: string,
    readonly token: string | null = null,
  ) {}

  /** Status 0: there was no answer. */
  async ask(method: string, path: string, body?: Buffer | object): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (this.token !== null) headers['Authorization'] = `Bearer ${this.token}`;
    const raw = body instanceof Buffer;
    if (body) headers['Content-Type'] = raw ? 'image/png' : 'application/json';
    try {
      const answer = await fetch(this.url + path, {
        method,
        headers,
        body: body ? (raw ? new Uint8Array(body) : JSON.stringify(body)) : null,
        signal: AbortSignal.timeout(60_000),
      });
      const text = await answer.text();
      const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
      return { status: answer.status, json };
    } catch (error) {
      return { status: 0, json: { detail: String(error) } };
    }
  }

  async must(method: string, path: string, body?: Buffer | object): Promise<Record<string, unknown>> {
    const answer = await this.ask(method, path, body);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(
        `${method} ${path} was answered ${String(answer.status)}: ${String(answer.json['detail'])}`,
      );
    }
    return answer.json;
  }

  /** Everything on the wall, newest first. */
  async wall(): Promise<Photo[]> {
    const { months } = (await this.must('GET', '/api/v1/timeline?scope=wall')) as {
      months: { month: string; count: number }[];
    };
    const photos: Photo[] = [];
    for (const { month, count } of months) {
      for (let offset = 0; offset < count;) {
        const path = `/api/v1/timeline/${month}?scope=wall&offset=${String(offset)}&limit=1000`;
        const page = (await this.must('GET', path)) as { id: string[]; key: string[] };
        if (page.id.length === 0) break;
        page.id.forEach((id, i) => photos.push({ id, key: page.key[i] ?? '', month }));
        offset += page.id.length;
      }
    }
    return photos;
  }

  /** Somebody new, who is taken away again after the run with all that they added. */
  async newcomer(): Promise<Account> {
    const name = `visitor-${randomBytes(4).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    const user = await this.must('POST', '/api/v1/users', { name, role: 'member', password });
    const answer = await fetch(`${this.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
    const made = await fetch(`${this.url}/api/v1/me/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: cookie.join('; ') },
      body: JSON.stringify({ name: 'traffic' }),
    });
    const { token } = (await made.json()) as { token?: string };
    if (!token) throw new Error(`No token was made: ${String(made.status)}.`);
    return { id: String(user['id']), name, password, token };
  }

  /** Takes somebody away, with all that they added. False: they are still there. */
  async forget(account: Account): Promise<boolean> {
    const owner = new Gallery(this.url, account.token);
    for (let tries = 0; tries < 20; tries++) {
      for (const scope of ['mine', 'trash']) await owner.#purge(scope);
      const { status } = await this.ask('DELETE', `/api/v1/users/${account.id}`);
      if (status === 204 || status === 404) return true;
      await sleep(500);
    }
    return false;
  }

  async #purge(scope: string): Promise<void> {
    for (let pages = 0; pages < 1000; pages++) {
      const { json } = await this.ask('GET', `/api/v1/photos?scope=${scope}&limit=200`);
      const ids = ((json['photos'] ?? []) as { id: string }[]).map(({ id }) => id);
      if (ids.length === 0) return;
      const { status } = await this.ask('POST', '/api/v1/photos/bulk', { ids, purge: true });
      if (status !== 200) return;
    }
  }
}

/**
 * Hangs `count` photos on the wall, of the last twelve years, more of them new than old; waits until all are ready.
 * `owner` is a gallery with the token of whom they belong to.
 */
export async function fill(owner: Gallery, seed: number, count: number): Promise<void> {
  const now = Date.now();
  const year = 365.25 * 86_400_000;
  let next = 0;
  const ids: string[] = [];
  const hand = async (): Promise<void> => {
    while (next < count) {
      const i = next++;
      // From a month ago back: what visitors upload stands before it.
      const age = (1 / 12 + 12 * (i / count) ** 2) * year;
      const [width, height] = i % 3 === 2 ? [960, 1280] : [1440, 960];
      const bytes = picture(seedOf(seed, `photo ${String(i)}`), width, height);
      ids.push(await send(owner, bytes, new Date(now - age)));
    }
  };
  await Promise.all([hand(), hand()]);
  for (const id of ids) await untilReady(owner, id);
}

/** Dated by its name, as cameras do it; everybody may see it. */
async function send(owner: Gallery, bytes: Buffer, taken: Date): Promise<string> {
  const moment = taken.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
  const photo = await owner.must(
    'POST',
    `/api/v1/photos?filename=IMG_${moment}.png&visibility=public`,
    bytes,
  );
  return String(photo['id']);
}

/** One more photo on the wall, ready, and looked at by nobody yet. */
export async function hang(owner: Gallery, seed: number, taken: Date): Promise<Photo> {
  const id = await send(owner, picture(seed, 1440, 960), taken);
  await untilReady(owner, id);
  const photo = (await owner.wall()).find((one) => one.id === id);
  if (!photo) throw new Error(`The photo ${id} is public and ready, and not on the wall.`);
  return photo;
}

async function untilReady(owner: Gallery, id: string): Promise<void> {
  for (let tries = 0; tries < 1500; tries++) {
    const { state } = await owner.must('GET', `/api/v1/photos/${id}`);
    if (state === 'ready') return;
    if (state === 'failed') throw new Error(`The generated photo ${id} failed.`);
    await sleep(200);
  }
  throw new Error(`The photo ${id} is not ready after five minutes.`);
}
