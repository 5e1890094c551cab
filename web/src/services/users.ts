// Everybody who may log in, for administrators.
import { call, type User, type UserChange } from '../api/client';

export async function listUsers(): Promise<User[]> {
  const users: User[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await call('get', '/api/v1/users', {
      query: { limit: 500, ...(cursor !== undefined && { cursor }) },
    });
    users.push(...page.users);
    if (page.next === null) return users;
    cursor = page.next;
  }
}

export function createUser(name: string, role: User['role'], password: string): Promise<User> {
  return call('post', '/api/v1/users', { body: { name, role, password } });
}

export function changeUser(id: string, change: UserChange): Promise<User> {
  return call('patch', '/api/v1/users/{id}', { path: { id }, body: change });
}

/** `photos`: what becomes of theirs, 'delete' or 'transfer:' and a user's id. */
export async function deleteUser(id: string, photos: string): Promise<void> {
  await call('delete', '/api/v1/users/{id}', { path: { id }, query: { photos } });
}
