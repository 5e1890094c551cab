import { describe, expect, it } from 'vitest';
import { groundOf, match, photoAddress } from './match';
import { pathOf } from './paths';

const id = '01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55';
const plain = { of: null, photo: null, token: null };
const album = '01935b95-1f30-7a44-b1c9-0d8b6c2a7e11';

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
      ['/archive', 'archive'],
      ['/trash', 'trash'],
    ] as const) {
      expect(match(photoAddress(path, id)), path).toEqual({ ...plain, page, photo: id });
      expect(match(`${photoAddress(path, id)}/`), path).toEqual({ ...plain, page, photo: id });
      expect(groundOf(photoAddress(path, id)), path).toBe(path);
      expect(groundOf(path), path).toBe(path);
    }
  });

  it('knows of which album and which tag a page is, and which photo is open above it', () => {
    const albumPath = pathOf('album', album);
    expect(match('/albums/')).toEqual({ ...plain, page: 'albums' });
    expect(match(albumPath)).toEqual({ ...plain, page: 'album', of: album });
    expect(match(photoAddress(albumPath, id))).toEqual({ ...plain, page: 'album', of: album, photo: id });
    expect(groundOf(`${albumPath}/`)).toBe(albumPath);
    expect(groundOf(photoAddress(albumPath, id))).toBe(albumPath);
    for (const tag of ['sea', 'a/b\\c', '50 %', '夏 été', album, '?#', '.', '..', '~2f', '~']) {
      const path = pathOf('tag', tag);
      // As a browser would send it; servers refuse these.
      expect(new URL(path, 'http://cadre').pathname, tag).toBe(path);
      expect(path).not.toMatch(/%2f|%5c|\/\./i);
      expect(match(path), tag).toEqual({ ...plain, page: 'tag', of: tag });
      expect(match(photoAddress(path, id)), tag).toEqual({ ...plain, page: 'tag', of: tag, photo: id });
      expect(groundOf(photoAddress(path, id)), tag).toBe(path);
    }
  });

  it('knows for what a page was asked, also with a photo open above it', () => {
    for (const question of ['', 'red boat', 'tag:"a/b",c -is:public', '?&=+#%', 'été 夏']) {
      const path = pathOf('search', question);
      const { pathname, search } = new URL(path, 'http://cadre');
      expect(match(pathname + search), question).toEqual({ ...plain, page: 'search', of: question });
      const above = photoAddress(path, id);
      expect(above).toBe(`/search/${id}${search}`);
      expect(match(above), question).toEqual({ ...plain, page: 'search', of: question, photo: id });
      expect(groundOf(above), question).toBe(path);
      expect(groundOf(path), question).toBe(path);
    }
    expect(match('/photos?from=elsewhere')).toEqual({ ...plain, page: 'mine' });
    expect(groundOf(`/photos/${id}?from=elsewhere`)).toBe('/photos');
  });

  it('takes the setup token from the fragment, so that it reaches no log', () => {
    expect(match('/', '#setup=a_B-9')).toEqual({ ...plain, page: 'setup', token: 'a_B-9' });
  });

  it('says that other paths are missing', () => {
    for (const path of [
      '/photos/nope',
      '/Mine',
      '/photos/' + id.toUpperCase(),
      '//',
      `/login/${id}`,
      `/no/${id}`,
      '/albums/nope',
      `/albums/${album}/nope`,
      `/albums/${album}/${id}/${id}`,
      '/tags/%',
      '/tags/a/b',
    ]) {
      expect(match(path), path).toEqual({ page: 'missing', ...plain });
    }
  });
});
