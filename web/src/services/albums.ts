// Albums, and who sees them.
import { call, type Album, type AlbumChange, type AlbumMember, type MemberRole } from '../api/client';

/** One's own and those one is a member of, in the order in which they were made. */
export async function listAlbums(): Promise<Album[]> {
  const all: Album[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await call('get', '/api/v1/albums', { query: { limit: 500, ...(cursor && { cursor }) } });
    all.push(...page.albums);
    if (!page.next) return all;
    cursor = page.next;
  }
}

export interface NewAlbum {
  title: string;
  description: string;
  parent: string | null;
}

export function createAlbum(wish: NewAlbum): Promise<Album> {
  return call('post', '/api/v1/albums', { body: wish });
}

export function changeAlbum(id: string, change: AlbumChange): Promise<Album> {
  return call('patch', '/api/v1/albums/{id}', { path: { id }, body: change });
}

export async function deleteAlbum(id: string): Promise<void> {
  await call('delete', '/api/v1/albums/{id}', { path: { id } });
}

export async function listMembers(id: string): Promise<AlbumMember[]> {
  return (await call('get', '/api/v1/albums/{id}/members', { path: { id } })).members;
}

/** By the name that they log in with. */
export function addMember(id: string, name: string, role: MemberRole): Promise<AlbumMember> {
  return call('post', '/api/v1/albums/{id}/members', { path: { id }, body: { name, role } });
}

export function setMember(id: string, user: string, role: MemberRole): Promise<AlbumMember> {
  return call('put', '/api/v1/albums/{id}/members/{user}', { path: { id, user }, body: { role } });
}

export async function removeMember(id: string, user: string): Promise<void> {
  await call('delete', '/api/v1/albums/{id}/members/{user}', { path: { id, user } });
}
