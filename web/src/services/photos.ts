import { call, type Photo, type PhotoChange } from '../api/client';

export function getPhoto(id: string, signal?: AbortSignal): Promise<Photo> {
  return call('get', '/api/v1/photos/{id}', { path: { id }, ...(signal && { signal }) });
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

export function originalUrl(id: string): string {
  return `/api/v1/photos/${id}/original`;
}
