import { describe, expect, it } from 'vitest';
import { match } from './match';

const id = '01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55';

describe('match', () => {
  it('knows every page by its path', () => {
    expect(match('/')).toEqual({ page: 'wall' });
    expect(match('/mine')).toEqual({ page: 'mine' });
    expect(match('/trash/')).toEqual({ page: 'trash' });
    expect(match('/cluster')).toEqual({ page: 'cluster' });
    expect(match('/login')).toEqual({ page: 'login' });
    expect(match(`/photos/${id}`)).toEqual({ page: 'photo', id });
  });

  it('takes the setup token from the fragment, so that it reaches no log', () => {
    expect(match('/', '#setup=a_B-9')).toEqual({ page: 'setup', token: 'a_B-9' });
  });

  it('says that other paths are missing', () => {
    for (const path of ['/photos/', '/photos/nope', '/Mine', '/photos/' + id.toUpperCase(), '//']) {
      expect(match(path), path).toEqual({ page: 'missing' });
    }
  });
});
