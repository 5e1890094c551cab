// Changes to many photos at once: shown at once, undone by one press, put back with a sentence where they are refused.
import type { Scope, Visibility } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';
import { problemSentence } from '../i18n/problems.svelte';
import { changeAll, type Change, type Refused } from '../services/bulk';
import { getPhoto } from '../services/photos';
import { libraries } from './libraries.svelte';
import { lookAgain } from './lookAgain';
import { notices } from './notices.svelte';
import { tags as knownTags } from './tags.svelte';

/** What was before is asked for so many, to be able to undo; of more it would take too long. */
const askedBefore = 200;

/** A function sends what is no change of a photo alone, and answers as changeAll() does. */
type Doing = Change | 'purge' | ((ids: string[]) => Promise<Refused[]>);

interface Step {
  change: Doing;
  ids: string[];
}

interface Action {
  ids: string[];
  change: Doing;
  /** The sentence; of so many for which it was done. */
  done: string | ((count: number) => string);
  /** Gone from these pages. */
  leaves?: Scope[];
  undo?: Step[] | null;
}

function send(ids: string[], change: Doing): Promise<Refused[]> {
  return typeof change === 'function' ? change(ids) : changeAll(ids, change);
}

export async function act(action: Action): Promise<void> {
  const { ids, change, done, leaves = [], undo = null } = action;
  const set = new Set(ids);
  for (const scope of leaves) libraries.of(scope).drop(set);
  if (typeof change === 'object' && 'favourite' in change) libraries.mark(set, change.favourite === true);
  try {
    tell(ids.length, await send(ids, change), done, undo);
  } catch (error) {
    notices.fail(error, () => void act(action));
    // The server may be away, and can't be asked what holds.
    for (const step of undo ?? []) {
      if (typeof step.change === 'object' && 'favourite' in step.change)
        libraries.mark(new Set(step.ids), step.change.favourite === true);
    }
  }
  lookAgain();
}

function tell(count: number, refused: Refused[], done: Action['done'], undo: Step[] | null): void {
  const action = undo && undo.length > 0 ? { label: i18n.m.undo, run: () => void undoAll(undo) } : undefined;
  const left = count - refused.length;
  if (left > 0) notices.say(typeof done === 'string' ? done : done(left), action);
  tellRefused(refused);
}

export function tellRefused(refused: Refused[]): void {
  if (refused.length === 0) return;
  const sentences = refused.map(({ code, detail }) =>
    problemSentence(i18n.language, code ?? undefined, detail),
  );
  const reasons = [...new Set(sentences)].slice(0, 3).join(' ');
  notices.warn(`${i18n.m.notChanged(refused.length)} ${reasons}`);
}

async function undoAll(steps: Step[]): Promise<void> {
  for (const { ids, change } of steps) {
    try {
      tell(ids.length, await send(ids, change), i18n.m.undone(ids.length), null);
    } catch (error) {
      notices.fail(error, () => void undoAll(steps));
    }
  }
  lookAgain();
}

/** Those of whom something was different before, in order to give it back to them alone. */
async function before<T>(
  ids: string[],
  read: (photo: Awaited<ReturnType<typeof getPhoto>>) => T,
): Promise<Map<string, T> | null> {
  if (ids.length > askedBefore) return null;
  const known = new Map<string, T>();
  const queue = [...ids];
  const ask = async (): Promise<void> => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) known.set(id, read(await getPhoto(id)));
  };
  try {
    await Promise.all([ask(), ask(), ask(), ask()]);
    return known;
  } catch {
    return null;
  }
}

/** Those in which there is something to do. */
const steps = (all: Step[]): Step[] => all.filter((step) => step.ids.length > 0);

const where = <T>(known: Map<string, T>, is: (value: T) => boolean): string[] =>
  [...known].filter(([, value]) => is(value)).map(([id]) => id);

export function favour(
  ids: string[],
  marks: ReadonlyMap<string, boolean>,
  favourite: boolean,
): Promise<void> {
  const others = ids.filter((id) => marks.get(id) !== favourite);
  return act({
    ids,
    change: { favourite },
    done: favourite ? i18n.m.favoured(ids.length) : i18n.m.unfavoured(ids.length),
    leaves: favourite ? [] : ['favourites'],
    undo: steps([{ ids: others, change: { favourite: !favourite } }]),
  });
}

export function trash(ids: string[]): Promise<void> {
  return act({
    ids,
    change: { trashed: true },
    done: i18n.m.trashed(ids.length),
    leaves: libraries.scopes.filter((scope) => scope !== 'trash'),
    undo: [{ ids, change: { trashed: false } }],
  });
}

export function restore(ids: string[]): Promise<void> {
  return act({
    ids,
    change: { trashed: false },
    done: i18n.m.restoredMany(ids.length),
    leaves: ['trash'],
    undo: [{ ids, change: { trashed: true } }],
  });
}

export function purge(ids: string[]): Promise<void> {
  return act({ ids, change: 'purge', done: i18n.m.erasedMany(ids.length), leaves: ['trash'] });
}

/** `from`: where they are selected; elsewhere some of them may have been so before. */
export async function archive(ids: string[], archived: boolean, from: Scope): Promise<void> {
  const alike = from === 'mine' || from === 'archive';
  const known = alike ? null : await before(ids, (photo) => photo.archived);
  const changed = alike ? ids : known && where(known, (was) => was !== archived);
  await act({
    ids,
    change: { archived },
    done: archived ? i18n.m.archivedMany : i18n.m.unarchivedMany,
    leaves: [archived ? 'mine' : 'archive'],
    undo: changed && steps([{ ids: changed, change: { archived: !archived } }]),
  });
}

/** From 1 to 5; null takes it off. */
export async function rate(ids: string[], rating: number | null): Promise<void> {
  const known = await before(ids, (photo) => photo.rating);
  const others = known && [...new Set(known.values())].filter((was) => was !== rating);
  await act({
    ids,
    change: { rating },
    done: (count) => (rating === null ? i18n.m.unrated(count) : i18n.m.rated(count, rating)),
    undo:
      known &&
      others &&
      steps(others.map((was) => ({ ids: where(known, (one) => one === was), change: { rating: was } }))),
  });
}

export async function show(ids: string[], visibility: Visibility): Promise<void> {
  const known = await before(ids, (photo) => photo.visibility);
  const other: Visibility = visibility === 'public' ? 'private' : 'public';
  await act({
    ids,
    change: { visibility },
    done: visibility === 'public' ? i18n.m.madePublic(ids.length) : i18n.m.madePrivate(ids.length),
    leaves: visibility === 'private' ? ['wall'] : [],
    undo: known && steps([{ ids: where(known, (one) => one === other), change: { visibility: other } }]),
  });
}

export async function addTags(ids: string[], tags: string[]): Promise<void> {
  knownTags.see(tags);
  const known = await before(ids, (photo) => photo.tags);
  const undo =
    known &&
    tags.map((tag): Step => ({
      ids: where(known, (has) => !has.includes(tag)),
      change: { remove_tags: [tag] },
    }));
  await act({
    ids,
    change: { add_tags: tags },
    done: i18n.m.tagged(ids.length),
    undo: undo && steps(undo),
  });
}
