import { describe, expect, it } from 'vitest';
import { addresses, readers } from './peer.js';
import type { RecordedRequest, Recording } from './record.js';

function asked(path: string, more: Partial<RecordedRequest> = {}): RecordedRequest {
  return { method: 'GET', path, kind: 'page', headers: {}, status: 200, ...more };
}

function recording(journey: string, cache: Recording['cache'], requests: RecordedRequest[]): Recording {
  return {
    journey,
    cache,
    weight: 1,
    groups: [{ pause_ms: 0, requests }],
    requests: requests.length,
    bytes: 0,
  };
}

const wall = [
  { id: '1', key: 'k1', month: '2026-01' },
  { id: '2', key: 'k2', month: '2026-01' },
];

describe('what nginx is given to serve', () => {
  it('is everything that a replay may ask, for each photo that may stand in its hole, once', () => {
    const media = asked('/media/{p}/s.webp', { hole: { what: 'key', place: 0 } });
    const month = asked('/api/v1/timeline/{p}?scope=wall', { hole: { what: 'month', place: 0 } });
    expect(
      addresses([recording('look around', 'new', [asked('/'), media, month, asked('/')])], wall),
    ).toEqual(['/', '/media/k1/s.webp', '/media/k2/s.webp', '/api/v1/timeline/2026-01?scope=wall']);
  });

  it('leaves out who writes, who comes back, and what was not there in full', () => {
    const found = readers([
      recording('visit home', 'new', [asked('/mine')]),
      recording('come back', 'returning', [asked('/')]),
      recording('look around', 'new', [
        asked('/'),
        asked('/me', { status: 304 }),
        asked('/x', { method: 'POST' }),
      ]),
    ]);
    expect(found.map((one) => one.journey)).toEqual(['look around']);
    expect(found[0]?.groups[0]?.requests.map((one) => one.path)).toEqual(['/']);
  });
});
