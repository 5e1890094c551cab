import { describe, expect, it } from 'vitest';
import { groups, kindOf, type Asked } from './groups.js';

function asked(what: string, began: number, ended: number, answered: number | null = null): Asked<string> {
  return { what, began, ended, answered, alone: what.startsWith('log ') };
}

describe('groups of requests', () => {
  it('part where one waited for all before, with the pause between', () => {
    const found = groups([
      asked('page', 0, 20),
      asked('script', 25, 40),
      asked('style', 26, 60),
      asked('picture', 41, 90),
      asked('next', 590, 600),
    ]);
    expect(found.map(({ whats }) => whats)).toEqual([['page'], ['script', 'style', 'picture'], ['next']]);
    expect(found.map(({ pause_ms }) => pause_ms)).toEqual([0, 5, 500]);
  });

  it('part after a write: what follows may need what it changed', () => {
    const found = groups([asked('poll', 0, 500), asked('upload', 10, 100, 90), asked('mine', 110, 120)]);
    expect(found.map(({ whats }) => whats)).toEqual([['poll', 'upload'], ['mine']]);
    expect(found[1]?.pause_ms).toBe(0);
  });

  it('part after a write whose end is noted late, after its page has asked what comes next', () => {
    const found = groups([asked('upload', 0, 100, 80), asked('mine', 95, 120)]);
    expect(found.map(({ whats }) => whats)).toEqual([['upload'], ['mine']]);
  });

  it('leave nothing beside a log-in or a log-out: what did not know of it goes before', () => {
    const found = groups([
      asked('log in', 0, 100, 80),
      asked('page', 5, 90),
      asked('mine', 85, 120),
      asked('log out', 200, 230, 220),
      asked('photos', 210, 240),
      asked('door', 225, 260),
    ]);
    expect(found.map(({ whats }) => whats)).toEqual([
      ['page'],
      ['log in'],
      ['mine'],
      ['photos'],
      ['log out'],
      ['door'],
    ]);
  });

  it('take requests in the order of their begin, whatever the order they ended in', () => {
    expect(groups([asked('b', 5, 6), asked('a', 0, 10)])[0]?.whats).toEqual(['a', 'b']);
  });

  it.each([
    ['GET', '/', 'page'],
    ['GET', '/photos/0a', 'page'],
    ['GET', '/assets/index-1.js', 'static'],
    ['GET', '/media/k/s.webp', 'media'],
    ['GET', '/api/v1/timeline/2024-05', 'timeline'],
    ['GET', '/api/v1/photos/0a', 'photo'],
    ['POST', '/api/v1/photos', 'upload'],
    ['POST', '/api/v1/photos/0a/restore', 'change'],
    ['DELETE', '/api/v1/session', 'session'],
    ['GET', '/api/v1/me', 'other'],
  ])('know what %s %s is', (method, path, kind) => {
    expect(kindOf(method, path)).toBe(kind);
  });
});
