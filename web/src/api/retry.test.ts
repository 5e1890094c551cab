import { describe, expect, it, vi } from 'vitest';
import { Refusal, Unreachable } from './errors';
import { isPassing, persistently, waitBefore } from './retry';

const refused = (status: number, retryAfter?: number) => new Refusal(status, null, retryAfter);

describe('what failed in passing', () => {
  it('is a proxy without its server and a server without room, and no refusal', () => {
    for (const status of [408, 429, 502, 503, 504]) expect(isPassing(refused(status))).toBe(true);
    expect(isPassing(new Unreachable('network'))).toBe(true);
    for (const status of [400, 401, 403, 404, 409, 413, 415, 422, 500, 507])
      expect(isPassing(refused(status))).toBe(false);
  });

  it('is waited for twice as long each time, up to half a minute, and as long as the server asks', () => {
    expect([1, 2, 3, 4].map((attempt) => waitBefore(attempt, null, 0.999999))).toEqual(
      [500, 1000, 2000, 4000].map((wait) => expect.closeTo(wait, 0)),
    );
    expect(waitBefore(3, null, 0)).toBe(1000);
    expect(waitBefore(60, null, 0)).toBe(15_000);
    expect(waitBefore(1, refused(503, 7), 0)).toBe(7000);
  });

  it('is tried again until it succeeds, a refusal is not', async () => {
    vi.useFakeTimers();
    let left = 2;
    const flaky = vi.fn(() => (left-- > 0 ? Promise.reject(refused(502)) : Promise.resolve('here')));
    const settled = persistently(flaky, 4);
    await vi.runAllTimersAsync();
    expect(await settled).toBe('here');
    expect(flaky).toHaveBeenCalledTimes(3);

    const no = vi.fn(() => Promise.reject(refused(404)));
    await expect(persistently(no, 4)).rejects.toThrow(Refusal);
    expect(no).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it('is given up with its own error after as many tries, and at once when nobody waits any more', async () => {
    vi.useFakeTimers();
    const down = vi.fn(() => Promise.reject(new Unreachable('network')));
    const settled = expect(persistently(down, 3)).rejects.toThrow(Unreachable);
    await vi.runAllTimersAsync();
    await settled;
    expect(down).toHaveBeenCalledTimes(3);

    const left = new AbortController();
    const gone = expect(persistently(down, 9, left.signal)).rejects.toThrow(Unreachable);
    left.abort();
    await vi.runAllTimersAsync();
    await gone;
    expect(down).toHaveBeenCalledTimes(4);
    vi.useRealTimers();
  });
});
