// When the first picture is there: on the wall, and on a bare page with the same pictures as static files. Cold, in turns.
import { chromium } from 'playwright-core';
import type { Recording } from '../load/record.js';
import { watchVitals } from './inpage.js';

const rounds = 7;
const viewport = { width: 1366, height: 768 };

/** The pictures of the newest photos that the wall's first screen asks for, in the order in which it does. */
export function firstScreen(recordings: readonly Recording[], wall: readonly { key: string }[]): string[] {
  const look = recordings.find((one) => one.journey === 'look around');
  const found = new Set<string>();
  for (const { requests } of look?.groups ?? []) {
    for (const one of requests) {
      const key = one.hole?.what === 'key' ? wall[one.hole.place]?.key : undefined;
      if (key !== undefined && one.kind === 'media') found.add(one.path.replace('{p}', key));
    }
    if (found.size > 0) break;
  }
  return [...found];
}

export function barePage(pictures: readonly string[]): string {
  const images = pictures.map((path) => `<img src="${path}" height="200" alt="">`).join('\n');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title>\n${images}\n`;
}

/** In ms, each time in a browser of its own. */
export async function firstPictures(
  executablePath: string,
  wall: string,
  bare: string,
): Promise<{ gallery: number[]; bare: number[] }> {
  const found = { gallery: [] as number[], bare: [] as number[] };
  for (let i = 0; i < rounds; i++) {
    found.gallery.push(await once(executablePath, wall));
    found.bare.push(await once(executablePath, bare));
  }
  return found;
}

async function once(executablePath: string, url: string): Promise<number> {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(watchVitals);
    await page.goto(url);
    await page.waitForFunction(() => window.felt.first !== null, undefined, { timeout: 60_000 });
    return await page.evaluate(() => window.felt.first ?? NaN);
  } finally {
    await browser.close();
  }
}
