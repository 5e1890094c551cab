// Addresses to pages. Real paths: the server answers each of them with the application.
import { paths, textOf, type Address, type PageName } from './paths';

export interface Route {
  page: PageName | 'missing';
  /** What the page is of, where there are several: an album's id, a tag. */
  of: string | null;
  /** The photo that is open above the page: `<page>/<id>`. */
  photo: string | null;
  /** Of the one-time set-up link. */
  token: string | null;
}

const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nowhere: Route = { page: 'missing', of: null, photo: null, token: null };

export function match(path: string, hash = ''): Route {
  if (hash.startsWith('#setup=')) return { ...nowhere, page: 'setup', token: hash.slice('#setup='.length) };
  const { address, query } = split(path);
  const page = pageAt(address, query);
  if (page) return { ...nowhere, ...page };
  const { before, last } = parted(address);
  const above = isId.test(last) ? pageAt(before, query, true) : null;
  return above ? { ...nowhere, ...above, photo: last } : nowhere;
}

/** The address of a photo that is opened from a page. */
export function photoAddress(path: string, id: string): string {
  const { address, query } = split(path);
  return (address === '/' ? `/${id}` : `${address}/${id}`) + query;
}

/** The page's part of an address, at which a photo may be open. */
export function groundOf(path: string): string {
  const { address, query } = split(path);
  const ground = match(address).photo === null ? address : parted(address).before;
  return isAsked(ground) ? ground + query : ground;
}

function isAsked(address: string): boolean {
  return paths.some((page) => page.of === 'question' && page.path === address);
}

/** The query, with its question mark, counts only where a page is of it. */
function split(path: string): { address: string; query: string } {
  const [, before = '', query = ''] = /^([^?]*)(.*)$/.exec(path) ?? [];
  return { address: before.replace(/([^/])\/$/, '$1'), query };
}

function questionOf(query: string): string {
  return new URLSearchParams(query).get('q') ?? '';
}

function parted(address: string): { before: string; last: string } {
  const slash = address.lastIndexOf('/');
  return { before: address.slice(0, slash) || '/', last: address.slice(slash + 1) };
}

/** `photos`: only pages above which photos open. */
function pageAt(address: string, query: string, photos = false): Pick<Route, 'page' | 'of'> | null {
  for (const page of paths) {
    if (photos && !page.photos) continue;
    if (page.of === 'id' || page.of === 'text') {
      const of = named(page, address);
      if (of !== null) return { page: page.name, of };
    } else if (page.path === address) {
      return { page: page.name, of: page.of ? questionOf(query) : null };
    }
  }
  return null;
}

function named({ path, of }: Address, address: string): string | null {
  const rest = address.startsWith(path) ? address.slice(path.length) : '';
  if (rest === '' || rest.includes('/')) return null;
  try {
    const text = textOf(rest);
    return of === 'text' || isId.test(text) ? text : null;
  } catch {
    return null;
  }
}
