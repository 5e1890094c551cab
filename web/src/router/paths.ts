// The addresses of all pages. What each shows, to whom, and where it is offered is in pages/table.ts.

export interface Address {
  name: string;
  path: string;
  /** Photos open above it, at `<path>/<id>`. */
  photos?: boolean;
}

const table = [
  { name: 'wall', path: '/', photos: true },
  { name: 'mine', path: '/photos', photos: true },
  { name: 'favourites', path: '/favourites', photos: true },
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
