// What people do here, and how often. Each journey checks what it sees on its way.
import type { Page, Response } from 'playwright-core';
import { Gallery } from '../gallery.js';
import { picture } from '../pictures.js';
import { seedOf } from '../pure/random.js';
import type { Account, Photo } from '../types.js';
import type { Visitor } from './visitor.js';

export interface World {
  wall: readonly Photo[];
  account: Account | null;
  /** Whether what visitors add may hang on the wall. */
  mayPublish: boolean;
}

export interface Journey {
  name: string;
  weight: number;
  cache: 'new' | 'returning';
  /** Somebody with an account. */
  member: boolean;
  go: (visitor: Visitor, world: World) => Promise<void>;
}

const seen = 'a[data-id] img.seen';
const large = 'dialog img.seen[alt]:not([alt=""])';

async function openWall(v: Visitor): Promise<void> {
  await v.step('open the wall', async () => {
    await v.page.goto(v.url);
    await v.page.locator(seen).first().waitFor();
  });
  await v.step('see the wall', () => v.look('wall', v.circumstances.gallery));
}

/** Somewhere else in the years, at once, as one drags the scroll bar. */
async function jump(v: Visitor, part: number): Promise<void> {
  await v.step(`jump to ${String(Math.round(part * 100))} %`, async () => {
    await v.page.evaluate(
      (to) => scrollTo(0, to * (document.documentElement.scrollHeight - innerHeight)),
      part,
    );
    await v.look('wall', v.circumstances.gallery);
  });
}

async function isLarge(page: Page): Promise<void> {
  await page.locator(large).waitFor();
  await page.waitForFunction((selector) => {
    const image = document.querySelector<HTMLImageElement>(selector);
    return image !== null && image.complete && image.naturalWidth > 0;
  }, large);
}

async function openTile(v: Visitor): Promise<void> {
  await v.step('open a picture', async () => {
    if (!/[0-9a-f]{8}-[0-9a-f-]{27}$/.test(new URL(v.page.url()).pathname)) {
      const tiles = v.page.locator(seen);
      await tiles.nth(v.random.whole(0, Math.min(5, (await tiles.count()) - 1))).click();
    }
    await isLarge(v.page);
  });
}

async function turnPages(v: Visitor, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await v.think(700);
    const before = new URL(v.page.url()).pathname;
    let last = false;
    await v.step('look at the next picture', async () => {
      const end = v.page.getByRole('button', { name: 'This is the last photograph' });
      const next = v.page.getByRole('button', { name: 'Next photograph', disabled: false });
      // Its neighbours are known a little after the picture itself.
      await next.or(end).waitFor();
      last = (await end.count()) > 0;
      if (last) return;
      if (new URL(v.page.url()).pathname === before) {
        await v.page.keyboard.press('ArrowRight');
        await v.page.waitForURL((url) => url.pathname !== before);
      }
      await isLarge(v.page);
    });
    if (last) return;
    v.check(true, '');
  }
}

async function readDetails(v: Visitor): Promise<void> {
  await v.step('read its details', async () => {
    const caption = v.page.locator('dialog [aria-live]').first();
    await caption.waitFor();
    await v.page.waitForFunction(() =>
      /\bby \S/.test(document.querySelector('dialog [aria-live]')?.textContent ?? ''),
    );
    v.need(/\d{4}|unknown/.test(await caption.innerText()), 'the details have no date');
  });
}

async function close(v: Visitor): Promise<void> {
  await v.step('close it', async () => {
    await v.page.keyboard.press('Escape');
    await v.page.locator('dialog').waitFor({ state: 'detached' });
  });
}

async function lookAround(v: Visitor): Promise<void> {
  await openWall(v);
  await v.think(1200);
  await openTile(v);
  await readDetails(v);
  await turnPages(v, v.random.whole(3, 20));
  await close(v);
  await v.feel();
}

async function lookBack(v: Visitor): Promise<void> {
  await openWall(v);
  for (let i = 0; i < 4; i++) {
    await v.think(800);
    await v.page.mouse.wheel(0, v.random.whole(400, 1600));
  }
  await v.step('see what scrolled in', () => v.look('wall', v.circumstances.gallery));
  for (const part of [0.3, 0.6, 1]) {
    await v.think(1000);
    // Fewer people go far back: the part is drawn towards the new end.
    await jump(v, part * v.random.next() ** 0.7);
  }
  await openTile(v);
  await v.think(1500);
  await close(v);
  await v.feel();
}

async function followLink(v: Visitor, world: World): Promise<void> {
  const photo = world.wall[0];
  v.need(photo !== undefined, 'nothing hangs on the wall');
  await v.step('follow a link to a picture', async () => {
    await v.page.goto(`${v.url}/photos/${photo?.id ?? ''}`);
    await isLarge(v.page);
  });
  await readDetails(v);
  await v.think(1500);
  await turnPages(v, v.random.whole(0, 3));
  await v.feel();
}

async function comeBack(v: Visitor): Promise<void> {
  await openWall(v);
  await v.comeAgain();
  await openWall(v);
  await v.think(1000);
  await openTile(v);
  await turnPages(v, 2);
  await v.feel();
}

// Somebody with an account.

async function logIn(v: Visitor, account: Account): Promise<void> {
  await v.step('log in', async () => {
    await v.page.goto(`${v.url}/photos`);
    const out = v.page.getByRole('button', { name: 'Account of' });
    const name = v.page.getByLabel('Name', { exact: true });
    await name.or(out).first().waitFor();
    if ((await out.count()) > 0) return;
    await name.fill(account.name);
    await v.page.getByLabel('Password', { exact: true }).fill(account.password);
    await v.page.getByRole('button', { name: 'Log in' }).click();
    await out.waitFor();
  });
  v.check((await v.page.getByRole('button', { name: 'Account of' }).count()) === 1, 'nobody is logged in');
}

function tile(v: Visitor, id: string) {
  return v.page.locator(`a[data-id="${id}"]`);
}

/** Adds some photos, which are acknowledged one by one. */
async function upload(v: Visitor): Promise<string[]> {
  const ids: string[] = [];
  const acknowledged = async (response: Response): Promise<void> => {
    const request = response.request();
    if (request.method() !== 'POST' || new URL(request.url()).pathname !== '/api/v1/photos') return;
    // 200: it was taken before, and the answer was lost on its way.
    if (response.status() !== 201 && response.status() !== 200) return;
    const { id } = (await response.json()) as { id: string };
    if (ids.includes(id)) return;
    ids.push(id);
    v.written.push({ id, visibility: 'private', trashed: false, unsure: false });
  };
  const reading: Promise<void>[] = [];
  v.page.on('response', (response) => reading.push(acknowledged(response).catch(() => undefined)));
  const count = v.random.whole(3, 5);
  const files = Array.from({ length: count }, (_, i) => ({
    name: `holiday-${String(i + 1)}.png`,
    mimeType: 'image/png',
    buffer: picture(seedOf(v.circumstances.seed + Date.now(), `holiday ${String(i)}`), 1200, 800),
  }));
  const uploads = v.page.getByRole('region', { name: 'Uploads' });
  await v.step('add a holiday', async () => {
    if ((await uploads.count()) === 0) {
      await v.page.getByRole('banner').getByRole('button', { name: 'Add photos' }).click();
      await v.page.getByRole('radio', { name: 'Only me' }).check();
      await v.page.getByLabel('Choose photographs').setInputFiles(files);
      await v.page.getByRole('button', { name: /^Uploads: / }).click();
    }
    // What the connection broke is sent again by itself.
    const until = Date.now() + v.patience * 3;
    for (let said = ''; taken(said) < count; said = await uploads.innerText()) {
      if (Date.now() > until) v.need(false, `not all ${String(count)} photographs were taken: ${said}`);
      await v.page.waitForTimeout(200);
    }
  });
  await Promise.all(reading);
  v.check(ids.length === count, `${String(ids.length)} of ${String(count)} uploads were acknowledged`);
  await uploads.getByRole('button', { name: 'Dismiss' }).click();
  return ids;
}

/** "2 photographs added · 1 was here already": three. */
function taken(said: string): number {
  const count = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? 0);
  return count(/(\d+) photographs? added/) + count(/(\d+) w(?:as|ere) here already/);
}

async function seeThemAll(v: Visitor, ids: readonly string[], step: string): Promise<void> {
  await v.step(step, async () => {
    await v.page.evaluate(() => scrollTo(0, 0));
    for (const id of ids)
      await tile(v, id)
        .locator('img.seen')
        .waitFor({ timeout: v.patience * 3 });
  });
  v.check(true, '');
}

/** Presses a button of the viewer and waits for the sentence that says it was done. */
async function press(v: Visitor, id: string, button: string, sentence: string): Promise<void> {
  const of = v.written.find((one) => one.id === id);
  await v.step(`${button.toLowerCase()} a picture`, async () => {
    if (!v.page.url().includes(id)) await tile(v, id).click();
    const there = v.page.getByRole('button', { name: button, exact: true });
    await there.waitFor();
    if (of) of.unsure = true;
    await there.click();
    await v.page.getByText(sentence).waitFor();
  });
  v.check(true, '');
  if (of) of.unsure = false;
}

async function visitHome(v: Visitor, world: World): Promise<void> {
  const { account } = world;
  if (!account) throw new Error('This journey needs an account.');
  await logIn(v, account);
  const ids = await upload(v);
  await seeThemAll(v, ids, 'see what was added');
  const [first, second] = [ids[0] ?? '', ids[1] ?? ''];
  const note = (id: string, change: object): void => {
    Object.assign(v.written.find((one) => one.id === id) ?? {}, change);
  };

  if (world.mayPublish) {
    await press(v, first, 'Make public', 'Everybody can see it now.');
    note(first, { visibility: 'public' });
    const answer = await stranger(v, first);
    v.check(answer === 200, `a public picture was answered ${String(answer)} to a stranger`);
    await close(v);
  }

  await press(v, second, 'Delete', 'Moved to the trash.');
  note(second, { trashed: true });
  await v.step('undo', async () => {
    await v.page.getByRole('button', { name: 'Undo' }).click();
    await v.page.getByText('Restored.').waitFor();
  });
  note(second, { trashed: false });
  await close(v);
  await seeThemAll(v, [second], 'see that it is back');

  await press(v, second, 'Delete', 'Moved to the trash.');
  note(second, { trashed: true });
  await close(v);
  await v.step('see that it is gone', async () => {
    await tile(v, second).waitFor({ state: 'detached' });
    const answer = await stranger(v, second);
    v.need(answer === 404, `what was deleted was answered ${String(answer)} to a stranger`);
  });
  await v.feel();
  await logOut(v);
}

/** How the gallery answers somebody who is not logged in. */
async function stranger(v: Visitor, id: string): Promise<number> {
  const nobody = new Gallery(v.url);
  for (let tries = 0; ; tries++) {
    const { status } = await nobody.ask('GET', `/api/v1/photos/${id}`);
    if ((status !== 0 && status !== 503) || !v.circumstances.faults || tries === 20) return status;
    await v.page.waitForTimeout(500);
  }
}

async function logOut(v: Visitor): Promise<void> {
  await v.step('log out', async () => {
    const account = v.page.getByRole('button', { name: 'Account of' });
    if ((await account.count()) > 0) {
      await account.click();
      await v.page.getByRole('button', { name: 'Log out' }).click();
    }
    await v.page.getByRole('link', { name: 'Log in' }).waitFor();
  });
  await v.step('find the door closed', async () => {
    await v.page.goto(`${v.url}/photos`);
    await v.page.getByLabel('Password', { exact: true }).waitFor();
  });
  v.check((await v.page.locator('a[data-id]').count()) === 0, 'photos are seen after logging out');
}

export const journeys: readonly Journey[] = [
  { name: 'look around', weight: 40, cache: 'new', member: false, go: lookAround },
  { name: 'look back', weight: 25, cache: 'new', member: false, go: lookBack },
  { name: 'follow a link', weight: 10, cache: 'new', member: false, go: followLink },
  { name: 'come back', weight: 10, cache: 'returning', member: false, go: comeBack },
  { name: 'visit home', weight: 15, cache: 'new', member: true, go: visitHome },
];
