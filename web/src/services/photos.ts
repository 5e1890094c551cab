import { call, type Photo, type PhotoChange, type Scope, type ShareScope } from '../api/client';

/** Whoever looks there is the visitor of a share, and nobody else. */
export const isShare = (scope: Scope): scope is ShareScope => scope.startsWith('share:');

/** `scope`: where it is looked at. */
export function getPhoto(id: string, signal?: AbortSignal, scope?: Scope): Promise<Photo> {
  const query = scope && isShare(scope) ? { scope } : {};
  return call('get', '/api/v1/photos/{id}', { path: { id }, query, ...(signal && { signal }) });
}

export function changePhoto(id: string, change: PhotoChange): Promise<Photo> {
  return call('patch', '/api/v1/photos/{id}', { path: { id }, body: change });
}

export async function moveToTrash(id: string): Promise<void> {
  await call('delete', '/api/v1/photos/{id}', { path: { id } });
}

export async function eraseForGood(id: string): Promise<void> {
  await call('delete', '/api/v1/photos/{id}', { path: { id }, query: { permanent: true } });
}

export function restorePhoto(id: string): Promise<Photo> {
  return call('post', '/api/v1/photos/{id}/restore', { path: { id } });
}

export function retryPhoto(id: string): Promise<Photo> {
  return call('post', '/api/v1/photos/{id}/retry', { path: { id } });
}

export function originalUrl(id: string, scope?: Scope): string {
  return `/api/v1/photos/${id}/original${scope && isShare(scope) ? `?scope=${scope}` : ''}`;
}
