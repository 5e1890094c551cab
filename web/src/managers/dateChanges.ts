// Dates of many photos, changed at once, and brought back by one press exactly as they were.
import { i18n } from '../i18n/i18n.svelte';
import { words } from '../i18n/dates';
import { changeDates as send, type Change, type DatesChanged } from '../services/bulk';
import { tellRefused } from './changes';
import { lookAgain } from './lookAgain';
import { notices } from './notices.svelte';

export async function changeDates(ids: string[], change: Change): Promise<void> {
  let changed: DatesChanged;
  try {
    changed = await send(ids, change);
  } catch (error) {
    notices.fail(error, () => void changeDates(ids, change));
    lookAgain();
    return;
  }
  const { before, refused } = changed;
  const n = before.size;
  if (n > 0)
    notices.say(words().changed(n, i18n.number(n)), { label: i18n.m.undo, run: () => void undo(before) });
  tellRefused(refused);
  lookAgain();
}

async function undo(before: ReadonlyMap<string, string | null>): Promise<void> {
  try {
    const { before: done, refused } = await send([...before.keys()], { taken_at: [...before.values()] });
    if (done.size > 0) notices.say(i18n.m.undone(done.size));
    tellRefused(refused);
  } catch (error) {
    notices.fail(error, () => void undo(before));
  }
  lookAgain();
}
