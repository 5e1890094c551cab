import { describe, expect, it } from 'vitest';
import type { Found } from '../../files/found';
import { compare, nothing, type Means, type Result } from './comparison';

function found(path: string): Found {
  return { path, file: new File([path], path), inFolder: true };
}

async function run(files: Iterable<Found>, means: Partial<Means>): Promise<Result> {
  const all = nothing();
  await compare(files, {
    hash: (file) => Promise.resolve(file.name),
    ask: () => Promise.resolve({ known: {}, trashed: {} }),
    found: (more) => {
      for (const key of Object.keys(all) as (keyof Result)[]) (all[key] as unknown[]).push(...more[key]);
    },
    signal: new AbortController().signal,
    ...means,
  });
  return all;
}

describe('the comparison', () => {
  it('calls safe only what the gallery says it has, out of the trash', async () => {
    const files = [...['here.jpg', 'trash.jpg', 'new.jpg', 'film.mov'].map(found)];
    files.push({ path: 'locked.jpg', file: null, inFolder: true });
    const result = await run(files, {
      ask: () => Promise.resolve({ known: { 'here.jpg': 'a' }, trashed: { 'trash.jpg': 'b' } }),
    });
    const paths = (left: { path: string }[]): string[] => left.map(({ path }) => path);
    expect(result.safe).toEqual(['here.jpg']);
    expect(paths(result.trashed)).toEqual(['trash.jpg']);
    expect(paths(result.missing)).toEqual(['new.jpg']);
    expect(result.others).toEqual(['film.mov']);
    expect(result.unreadable).toEqual(['locked.jpg']);
  });

  it('a file that cannot be read to its end is not safe', async () => {
    const result = await run([found('a.jpg')], { hash: () => Promise.reject(new Error('gone')) });
    expect(result).toEqual({ ...nothing(), unreadable: ['a.jpg'] });
  });

  it('of ten thousand files reads one batch at a time, and keeps none that is safe', async () => {
    let open = 0;
    let most = 0;
    const asked: number[] = [];
    const result = await run(
      Array.from({ length: 10_000 }, (_, n) => found(`${String(n)}.jpg`)),
      {
        hash: async (file) => {
          most = Math.max(most, ++open);
          await Promise.resolve();
          open--;
          return file.name;
        },
        ask: (sha256) => {
          asked.push(sha256.length);
          return Promise.resolve({
            known: Object.fromEntries(sha256.map((one) => [one, 'id'])),
            trashed: {},
          });
        },
      },
    );
    expect(most).toBeLessThanOrEqual(200);
    expect(Math.max(...asked)).toBeLessThanOrEqual(1000);
    expect(result.safe).toHaveLength(10_000);
    expect(result.safe.every((one) => typeof one === 'string')).toBe(true);
  });

  it('that is stopped says nothing more', async () => {
    const stop = new AbortController();
    const result = await run([found('a.jpg')], {
      signal: stop.signal,
      ask: (sha256) => {
        stop.abort();
        return Promise.resolve({ known: { [sha256[0] ?? '']: 'id' }, trashed: {} });
      },
    });
    expect(result).toEqual(nothing());
  });
});
