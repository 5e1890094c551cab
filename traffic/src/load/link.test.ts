import { describe, expect, it } from 'vitest';
import { objectsOf, readsIn } from './link.js';
import type { RecordedRequest, Recording } from './record.js';

function media(path: string, place: number): RecordedRequest {
  return { method: 'GET', path, kind: 'media', headers: {}, status: 200, hole: { what: 'key', place } };
}

describe('what a link asks of the stores', () => {
  it('is each derivative of its own picture, once', () => {
    const requests = [
      media('/media/{p}/l.webp', 0),
      media('/media/{p}/xl.webp', 0),
      media('/media/{p}/l.webp', 0),
      media('/media/{p}/l.webp', 1),
    ];
    const recording: Recording = {
      journey: 'follow a link',
      cache: 'new',
      weight: 1,
      groups: [{ pause_ms: 0, requests }],
      requests: 4,
      bytes: 0,
    };
    expect(objectsOf([recording, { ...recording, journey: 'look around' }])).toBe(2);
  });

  it('is read from what Garage counts', () => {
    const text =
      'api_s3_request_counter{api_endpoint="PutObject"} 7\napi_s3_request_counter{api_endpoint="GetObject"} 1237\n';
    expect(readsIn(text)).toBe(1237);
    expect(readsIn('')).toBe(0);
  });
});
