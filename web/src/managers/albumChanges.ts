// Changes to albums: shown at once, undone by one press, put back with a sentence where they are refused.
import type { Album, AlbumChange } from '../api/client';
import { words } from '../i18n/albums';
import { i18n } from '../i18n/i18n.svelte';
import { changeAlbumPhotos, type Places } from '../services/albumPhotos';
import * as service from '../services/albums';
import { allIds } from '../services/timeline';
import { albums } from './albums.svelte';
import { act, tellRefused } from './changes';
import { notices } from './notices.svelte';

/** Throws what the form has to tell. */
export async function createAlbum(wish: service.NewAlbum): Promise<Album> {
  const made = await albums.change(() => service.createAlbum(wish));
  albums.put(made);
  return made;
}

/** Of what changes: `cover` shows another picture as long as the server has not answered. */
export async function editAlbum(
  album: Album,
  change: AlbumChange,
  done: string,
  back: AlbumChange | null,
  cover = album.cover,
): Promise<void> {
  const before = albums.get(album.id) ?? album;
  albums.put({ ...before, ...shown(change), cover });
  try {
    const now = await albums.change(() => service.changeAlbum(album.id, change));
    albums.put(now);
    const undo = back && {
      label: i18n.m.undo,
      run: () => void editAlbum(now, back, words().albumChanged, null),
    };
    notices.say(done, undo ?? undefined);
  } catch (error) {
    albums.put(before);
    notices.fail(error, () => void editAlbum(album, change, done, back, cover));
  }
}

function shown({ title, description, parent, order }: AlbumChange): Partial<Album> {
  return {
    ...(order !== undefined && { order }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description: description ?? '' }),
    ...(parent !== undefined && { parent }),
  };
}

export function deleteAlbum(album: Album): Promise<void> {
  return gone(album, words().albumDeleted(album.title), () => service.deleteAlbum(album.id));
}

/** Somebody is no member of it any more. */
export function leaveAlbum(album: Album, user: string): Promise<void> {
  return gone(album, words().albumLeft(album.title), () => service.removeMember(album.id, user));
}

async function gone(album: Album, done: string, send: () => Promise<void>): Promise<void> {
  const before = albums.list;
  albums.drop(album);
  try {
    await albums.change(send);
    notices.say(done);
  } catch (error) {
    albums.list = before;
    notices.fail(error);
  }
}

/** Those that stood there before are not taken out by the undo. */
export async function addToAlbum(album: Album, ids: string[]): Promise<void> {
  let there: ReadonlySet<string>;
  try {
    there = new Set(album.count > 0 ? await allIds(`album:${album.id}`, new AbortController().signal) : []);
  } catch (error) {
    notices.fail(error, () => void addToAlbum(album, ids));
    return;
  }
  const fresh = ids.filter((id) => !there.has(id));
  const already = ids.length - fresh.length;
  if (fresh.length === 0) {
    notices.say(words().inAlbumAlready(already, album.title));
    return;
  }
  await act({
    ids: fresh,
    change: (some) => changeAlbumPhotos(album.id, 'add', some),
    done: (n) =>
      [words().addedToAlbum(n, album.title), already > 0 && words().wereThere(already)]
        .filter(Boolean)
        .join(' '),
    undo: [{ ids: fresh, change: (some) => changeAlbumPhotos(album.id, 'remove', some) }],
  });
}

/** So long, in ms, what arrives is gathered, to be put into an album at once. */
const gathered = 300;

/** What is added to the gallery, and goes into an album as it arrives; only what is refused is told. */
export function fills(album: string): (id: string | null) => void {
  const ids: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function put(some: string[]): Promise<void> {
    try {
      tellRefused(await changeAlbumPhotos(album, 'add', some));
      albums.refreshSoon();
    } catch (error) {
      notices.fail(error, () => void put(some));
    }
  }

  return (id) => {
    if (id === null) return;
    ids.push(id);
    timer ??= setTimeout(() => {
      timer = undefined;
      void put(ids.splice(0));
    }, gathered);
  };
}

/** The undo puts each back where it stood, in the album's own order too. */
export function takeOut(album: Pick<Album, 'id' | 'title'>, ids: string[]): Promise<void> {
  const places: Places = new Map();
  return act({
    ids,
    change: (some) => changeAlbumPhotos(album.id, 'remove', some, places),
    done: (n) => words().takenOut(n, album.title),
    leaves: [`album:${album.id}`, `sequence:${album.id}`],
    undo: [{ ids, change: (some) => changeAlbumPhotos(album.id, 'add', some, places) }],
  });
}

/** `newest`: the first photo of the album, which is shown where none was chosen. */
export function setCover(album: Album, cover: NonNullable<Album['cover']>, newest: string): Promise<void> {
  const back = album.cover === null || album.cover.id === newest ? null : album.cover.id;
  return editAlbum(album, { cover: cover.id }, words().coverSet, { cover: back }, cover);
}
