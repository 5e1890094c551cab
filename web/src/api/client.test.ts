import { describe, expect, it } from 'vitest';
import { address, parseProblem, Refusal } from './client';

describe('address', () => {
  it('fills the path and escapes what it fills in', () => {
    expect(address('/photos/{id}/original', { id: 'a&b c' }, undefined)).toBe('/photos/a%26b%20c/original');
    // The server takes a slash as it is, and no other.
    expect(address('/tags/{tag}', { tag: 'a/b' }, undefined)).toBe('/tags/a/b');
  });

  it('leaves out query parameters that are undefined', () => {
    expect(address('/timeline', undefined, { scope: 'mine', version: undefined })).toBe(
      '/timeline?scope=mine',
    );
  });
});

describe('problems', () => {
  it('are the sentence of the refusal', () => {
    const problem = parseProblem('{"type":"about:blank","title":"t","status":415,"detail":"Not a picture."}');
    expect(new Refusal(415, problem).message).toBe('Not a picture.');
  });

  it('are absent when the answer came from something that is not Cadre', () => {
    expect(parseProblem('<html>502</html>')).toBeNull();
    expect(parseProblem('"text"')).toBeNull();
  });
});
