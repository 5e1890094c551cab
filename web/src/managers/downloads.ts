// Photographs for who wants to keep them: a single one as it is, many as one ZIP file. The browser itself fetches it.
import { Refusal, type Archive, type ArchiveWish, type Scope, type ShareScope } from '../api/client';
import { pause } from '../api/retry';
import { save } from '../files/save';
import { words } from '../i18n/downloads';
import { i18n } from '../i18n/i18n.svelte';
import { problemCode } from '../i18n/problems.svelte';
import { makeArchive } from '../services/archives';
import { getPhoto, originalUrl } from '../services/photos';
import { albumOf } from '../services/sequence';
import { notices } from './notices.svelte';

type What = { scope: Scope } | { photos: string[] } | { scope: ShareScope; photos: string[] };
type Content = ArchiveWish['what'];

const codeOf = (error: unknown): string | undefined =>
  error instanceof Refusal ? problemCode(error.problem?.type ?? '') : undefined;
/** Nothing of what was asked for can be had as originals: photographs of others, as far as one sees. */
const ofOthers = new Set(['owner-only', 'archive-empty']);

/** `mixed`: others' photographs may be among them, of which there are only large pictures. */
export async function downloadZip(what: What, mixed: boolean, content: Content = 'originals'): Promise<void> {
  const large = {
    label: words().large,
    run: (): void => void downloadZip(what, mixed, 'large'),
  };
  const offersLarge = mixed && content === 'originals';
  try {
    const archive = await prepared({ ...what, what: content });
    save(archive.url);
    const { count, size, left_out: left } = archive;
    const said = [words().begun(count, i18n.number(count), i18n.bytes(size))];
    if (left > 0) said.push((offersLarge ? words().othersLeftOut : words().leftOut)(left, i18n.number(left)));
    notices.say(said.join(' '), left > 0 && offersLarge ? large : undefined);
  } catch (error) {
    if (offersLarge && ofOthers.has(codeOf(error) ?? '')) notices.warn(words().ownersOnly, large);
    else notices.fail(error, () => void downloadZip(what, mixed, content));
  }
}

/** Photographs that an older release took are read once, some with each request. */
async function prepared(wish: ArchiveWish): Promise<Archive> {
  for (let told = false; ; told = true) {
    try {
      return await makeArchive(wish);
    } catch (error) {
      if (codeOf(error) !== 'archive-in-the-making') throw error;
      if (!told) notices.say(words().preparing);
      await pause(1000);
    }
  }
}

/** That a visitor may choose of a share at once. */
const mostChosen = 1000;

/** Those that a share's visitor has chosen, of so many that it shows. */
export async function downloadChosen(photos: string[], scope: ShareScope, total: number): Promise<void> {
  if (photos.length === total) await downloadZip({ scope }, true);
  else if (photos.length > mostChosen) notices.warn(words().tooMany(i18n.number(mostChosen)));
  else await downloadZip({ scope, photos }, true);
}

/** Those that were selected; a single one is no archive. */
export async function downloadSelected(ids: string[], scope: Scope): Promise<void> {
  const [id = ''] = ids;
  // Elsewhere they are one's own.
  const mixed = scope === 'wall' || albumOf(scope) !== undefined || scope.startsWith('search/');
  if (ids.length > 1) return downloadZip({ photos: ids }, mixed);
  if (!mixed) return save(originalUrl(id));
  try {
    const photo = await getPhoto(id);
    // Who is told the file's name may have the file.
    if (photo.filename !== undefined) return save(originalUrl(id));
    const picture = photo.media.variants.at(-1);
    if (picture) save(picture.url, `${photo.title || 'photo'}.webp`);
  } catch (error) {
    notices.fail(error, () => void downloadSelected(ids, scope));
  }
}
