// One's own settings, password, sessions and tokens.
import {
  call,
  type CreatedToken,
  type Me,
  type Session,
  type Settings,
  type SettingsChange,
  type Token,
  type TokenScope,
} from '../api/client';

export function changeName(name: string): Promise<Me> {
  return call('patch', '/api/v1/me', { body: { name } });
}

export function getSettings(): Promise<Settings> {
  return call('get', '/api/v1/me/settings');
}

export function changeSettings(change: SettingsChange): Promise<Settings> {
  return call('patch', '/api/v1/me/settings', { body: change });
}

export async function changePassword(current: string, next: string, keepTokens: boolean): Promise<void> {
  const body = { current, new: next, tokens: keepTokens ? ('keep' as const) : ('revoke' as const) };
  await call('post', '/api/v1/me/password', { body });
}

export async function listSessions(): Promise<Session[]> {
  return (await call('get', '/api/v1/me/sessions')).sessions;
}

export async function endSession(id: string): Promise<void> {
  await call('delete', '/api/v1/me/sessions/{id}', { path: { id } });
}

export async function endOtherSessions(): Promise<void> {
  await call('delete', '/api/v1/me/sessions');
}

export async function listTokens(): Promise<Token[]> {
  return (await call('get', '/api/v1/me/tokens', { query: { limit: 500 } })).tokens;
}

export function createToken(name: string, scope: TokenScope): Promise<CreatedToken> {
  return call('post', '/api/v1/me/tokens', { body: { name, scope } });
}

export async function revokeToken(id: string): Promise<void> {
  await call('delete', '/api/v1/me/tokens/{id}', { path: { id } });
}
