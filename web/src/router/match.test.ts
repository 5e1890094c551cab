import { describe, expect, it } from 'vitest';
import { groundOf, match, photoAddress } from './match';

const id = '01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55';
const plain = { photo: null, token: null };

describe('match', () => {
  it('knows every page by its path, with or without a slash at the end', () => {
    expect(match('/')).toEqual({ page: 'wall', ...plain });
    expect(match('/photos')).toEqual({ page: 'mine', ...plain });
    expect(match('/photos/')).toEqual({ page: 'mine', ...plain });
    expect(match('/trash/')).toEqual({ page: 'trash', ...plain });
    expect(match('/check')).toEqual({ page: 'check', ...plain });
    expect(match('/cluster')).toEqual({ page: 'cluster', ...plain });
    expect(match('/login')).toEqual({ page: 'login', ...plain });
  });

  it('opens a photo above the page that its address names', () => {
    for (const [path, page] of [
      ['/', 'wall'],
      ['/photos', 'mine'],
      ['/favourites', 'favourites'],
      ['/trash', 'trash'],
    ] as const) {
      expect(match(photoAddress(path, id)), path).toEqual({ page, photo: id, token: null });
      expect(match(`${photoAddress(path, id)}/`), path).toEqual({ page, photo: id, token: null });
      expect(groundOf(photoAddress(path, id)), path).toBe(path);
      expect(groundOf(path), path).toBe(path);
    }
  });

  it('takes the setup token from the fragment, so that it reaches no log', () => {
    expect(match('/', '#setup=a_B-9')).toEqual({ page: 'setup', photo: null, token: 'a_B-9' });
  });

  it('says that other paths are missing', () => {
    for (const path of [
      '/photos/nope',
      '/Mine',
      '/photos/' + id.toUpperCase(),
      '//',
      `/login/${id}`,
      `/no/${id}`,
    ]) {
      expect(match(path), path).toEqual({ page: 'missing', ...plain });
    }
  });
});
