// Addresses to pages. Real paths: the server answers each of them with the application.
export type Route =
  | { page: 'wall' | 'mine' | 'trash' | 'cluster' | 'login' | 'missing' }
  | { page: 'photo'; id: string }
  | { page: 'setup'; token: string };

const uuid = /^\/photos\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/;

export function match(path: string, hash = ''): Route {
  if (hash.startsWith('#setup=')) return { page: 'setup', token: hash.slice('#setup='.length) };
  const photo = uuid.exec(path)?.[1];
  if (photo !== undefined) return { page: 'photo', id: photo };
  switch (path.replace(/([^/])\/$/, '$1')) {
    case '/':
      return { page: 'wall' };
    case '/mine':
      return { page: 'mine' };
    case '/trash':
      return { page: 'trash' };
    case '/cluster':
      return { page: 'cluster' };
    case '/login':
      return { page: 'login' };
    default:
      return { page: 'missing' };
  }
}
