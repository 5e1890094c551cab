// Who sees an album: read, added, given another role, taken out. Shown at once, and put back where it is refused.
import type { AlbumMember, MemberRole } from '../api/client';
import { words } from '../i18n/albums';
import * as service from '../services/albums';
import { reasons } from './notices.svelte';

export class Members {
  list = $state.raw<readonly AlbumMember[] | null>(null);
  /** What happened last, and how it is taken back. */
  said = $state.raw<{ text: string; undo?: () => void } | null>(null);
  failure = $state('');

  constructor(readonly album: string) {}

  async load(): Promise<void> {
    await this.#attempt(async () => {
      this.list = await service.listMembers(this.album);
    });
  }

  /** Whether they are a member now. */
  add(name: string, role: MemberRole): Promise<boolean> {
    return this.#attempt(async () => {
      const made = await service.addMember(this.album, name, role);
      const others = (this.list ?? []).filter(({ user }) => user.id !== made.user.id);
      this.list = [...others, made];
      this.said = { text: words().memberAdded(made.user.name) };
    });
  }

  change(member: AlbumMember, role: MemberRole): Promise<boolean> {
    const before = member.role as MemberRole;
    return this.#shown(
      (list) => list.map((one) => (one.user.id === member.user.id ? { ...one, role } : one)),
      () => service.setMember(this.album, member.user.id, role),
      {
        text: words().memberChanged(member.user.name),
        undo: () => void this.change({ ...member, role }, before),
      },
    );
  }

  remove(member: AlbumMember): Promise<boolean> {
    const role = member.role as MemberRole;
    return this.#shown(
      (list) => list.filter(({ user }) => user.id !== member.user.id),
      () => service.removeMember(this.album, member.user.id),
      { text: words().memberRemoved(member.user.name), undo: () => void this.#bringBack(member, role) },
    );
  }

  #bringBack(member: AlbumMember, role: MemberRole): Promise<boolean> {
    return this.#shown(
      (list) => [...list, member],
      () => service.setMember(this.album, member.user.id, role),
      { text: words().memberAdded(member.user.name) },
    );
  }

  async #shown(
    as: (list: readonly AlbumMember[]) => AlbumMember[],
    send: () => Promise<unknown>,
    said: NonNullable<Members['said']>,
  ): Promise<boolean> {
    const before = this.list;
    this.list = as(before ?? []);
    const done = await this.#attempt(send);
    if (done) this.said = said;
    else this.list = before;
    return done;
  }

  async #attempt(send: () => Promise<unknown>): Promise<boolean> {
    this.said = null;
    this.failure = '';
    try {
      await send();
      return true;
    } catch (error) {
      this.failure = reasons(error);
      return false;
    }
  }
}
