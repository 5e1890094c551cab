// What a link of a share leads to, for whoever has it.
import { call, type ShareDoor } from '../api/client';

export function getDoor(key: string): Promise<ShareDoor> {
  return call('get', '/api/v1/s/{key}', { path: { key } });
}

/** Its cookie opens that share alone. */
export async function unlock(key: string, password: string): Promise<void> {
  await call('post', '/api/v1/s/{key}/unlock', { path: { key }, body: { password } });
}
