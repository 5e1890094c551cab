// Addresses to pages. Real paths: the server answers each of them with the application.
import { paths, type PageName } from './paths';

export interface Route {
  page: PageName | 'missing';
  /** The photo that is open above the page: `<page>/<id>`. */
  photo: string | null;
  /** Of the one-time set-up link. */
  token: string | null;
}

const photoPath = /^(.*)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/;

export function match(path: string, hash = ''): Route {
  if (hash.startsWith('#setup=')) {
    return { page: 'setup', photo: null, token: hash.slice('#setup='.length) };
  }
  const [, before, photo = null] = photoPath.exec(path) ?? [];
  const address = photo === null ? path.replace(/([^/])\/$/, '$1') : before || '/';
  const page = paths.find((one) => one.path === address);
  if (!page || (photo !== null && !page.photos)) return { page: 'missing', photo: null, token: null };
  return { page: page.name, photo, token: null };
}

/** The address of a photo that is opened from a page. */
export function photoAddress(path: string, id: string): string {
  return path === '/' ? `/${id}` : `${path}/${id}`;
}

/** The page's part of an address, at which a photo may be open. */
export function groundOf(path: string): string {
  return photoPath.exec(path)?.[1] || (photoPath.test(path) ? '/' : path.replace(/([^/])\/$/, '$1'));
}
