// The gallery's API, as the tool itself needs it: people to visit as, photos to look at, and what became of them.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from './pictures.js';
import { seedOf } from './pure/random.js';
import type { Account, Photo } from './types.js';

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

  async forget(account: Account): Promise<void> {
    await this.ask('DELETE', `/api/v1/users/${account.id}?photos=delete`);
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
      // Dated by its name, as cameras do it.
      const taken = new Date(now - age).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
      const [width, height] = i % 3 === 2 ? [960, 1280] : [1440, 960];
      const bytes = picture(seedOf(seed, `photo ${String(i)}`), width, height);
      const query = `filename=IMG_${taken}.png&visibility=public`;
      const photo = await owner.must('POST', `/api/v1/photos?${query}`, bytes);
      ids.push(String(photo['id']));
    }
  };
  await Promise.all([hand(), hand()]);
  for (const id of ids) await untilReady(owner, id);
}

async function untilReady(owner: Gallery, id: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { state } = await owner.must('GET', `/api/v1/photos/${id}`);
    if (state === 'ready') return;
    if (state === 'failed') throw new Error(`The generated photo ${id} failed.`);
    await sleep(200);
  }
  throw new Error(`The photo ${id} is not ready after two minutes.`);
}
