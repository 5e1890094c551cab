import { call, type Me } from '../api/client';

export function getMe(): Promise<Me> {
  return call('get', '/api/v1/me');
}

export function setUp(token: string, name: string, password: string): Promise<Me> {
  return call('post', '/api/v1/setup', { body: { token, name, password } });
}

export function logIn(name: string, password: string): Promise<Me> {
  return call('post', '/api/v1/session', { body: { name, password } });
}

export async function logOut(): Promise<void> {
  await call('delete', '/api/v1/session');
}
