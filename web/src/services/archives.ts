// Many photographs as one file.
import { call, type Archive, type ArchiveWish } from '../api/client';

export function makeArchive(wish: ArchiveWish): Promise<Archive> {
  return call('post', '/api/v1/archives', { body: wish });
}
