// The addresses of all pages. What each shows, to whom, and where it is offered is in pages/table.ts.

export interface Address {
  name: string;
  /** With `of` it ends in a slash, and what the page is of follows: `/albums/<id>`. Or it is asked: `/search?q=<question>`. */
  path: string;
  of?: 'id' | 'text' | 'question';
  /** Photos open above it, at `<path>/<id>`. */
  photos?: boolean;
}

const table = [
  { name: 'wall', path: '/', photos: true },
  { name: 'mine', path: '/photos', photos: true },
  { name: 'albums', path: '/albums' },
  { name: 'album', path: '/albums/', of: 'id', photos: true },
  { name: 'favourites', path: '/favourites', photos: true },
  { name: 'archive', path: '/archive', photos: true },
  { name: 'tags', path: '/tags' },
  { name: 'tag', path: '/tags/', of: 'text', photos: true },
  { name: 'shared', path: '/shared' },
  { name: 'share', path: '/s/', of: 'text', photos: true },
  { name: 'search', path: '/search', of: 'question', photos: true },
  { name: 'places', path: '/places' },
  { name: 'towns', path: '/places/list' },
  { name: 'duplicates', path: '/duplicates' },
  { name: 'trash', path: '/trash', photos: true },
  { name: 'check', path: '/check' },
  { name: 'settings', path: '/settings' },
  { name: 'people', path: '/people' },
  { name: 'cluster', path: '/cluster' },
  { name: 'login', path: '/login' },
  // Only the one-time link leads there: /#setup=…
  { name: 'setup', path: '' },
  { name: 'about', path: '/about' },
] as const satisfies Address[];

export type PageName = (typeof table)[number]['name'];
export const paths: readonly (Address & { name: PageName })[] = table;

/** Of a page that is of something, that of what it is of. */
export function pathOf(name: PageName, of = ''): string {
  const page = paths.find((one) => one.name === name);
  if (page?.of === 'question') return of === '' ? page.path : `${page.path}?q=${encodeURIComponent(of)}`;
  return (page?.path ?? '/') + segment(of);
}

/**
 * A text as a part of a path. Slashes are refused by servers there however they are encoded, and what begins with a dot may
 * mean another folder: these are written as ~ and two digits.
 */
function segment(text: string): string {
  return encodeURIComponent(text.replace(/[~/\\]|^\./g, (one) => `~${one.charCodeAt(0).toString(16)}`));
}

/** The text of a part of a path; throws where it is none. */
export function textOf(part: string): string {
  return decodeURIComponent(part).replace(/~([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
}
