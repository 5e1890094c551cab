// The first thing that runs. Of a wall it draws the pictures at its door by itself, from what came with the page, and only
// then lets the application begin: a visitor sees photographs while that is still being read.
import './app.css';
import './cover.css';
import { chosen, type Chosen } from './picture/chosen';
import { mediaUrl } from './picture/variant';
import { initial } from './services/initial';
import { applyTheme, keptTheme } from './theme';

/** So long, in ms, the application waits for the first picture, which it would keep from being drawn. */
const patience = 120;

applyTheme(keptTheme());
const door = draw();
if (door) await seen(door);
const { begin } = await import('./main');
begin();
if (door) void takeAway(door);

function draw(): HTMLElement | null {
  if (location.pathname !== '/' || location.hash !== '' || !initial || initial.me.setup_needed) return null;
  const { timeline, months } = initial;
  const loaded = timeline.months.map(({ month }) => {
    const columns = months[month];
    return { month, content: columns ? { columns } : null };
  });
  const picks = chosen(timeline.total, loaded);
  if (picks.length === 0) return null;
  const page = document.createElement('div');
  page.className = initial.me.user ? 'door railed' : 'door';
  page.ariaHidden = 'true';
  page.append(cover(picks));
  document.body.append(page);
  return page;
}

/** What Cover draws, without its words: they are empty lines. */
function cover(picks: readonly Chosen[]): HTMLElement {
  const section = document.createElement('section');
  section.className = 'cover';
  const words = document.createElement('div');
  for (const name of ['h1', 'p']) words.appendChild(document.createElement(name)).textContent = '\u00a0';
  const list = document.createElement('ul');
  for (const { key, aspect } of picks) {
    const image = document.createElement('img');
    image.src = mediaUrl(key, 'm');
    image.alt = '';
    const item = document.createElement('li');
    item.style.flex = `${String(aspect)} 1 0`;
    item.append(image);
    list.append(item);
  }
  section.append(words, list);
  return section;
}

/** When a picture was drawn, or has kept everybody waiting. */
function seen(page: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, patience);
    const drawn = (): void => void requestAnimationFrame(() => setTimeout(resolve));
    page.addEventListener('load', drawn, { capture: true, once: true });
  });
}

/** When the application shows the same, or somebody does something: they may leave the wall. */
async function takeAway(page: HTMLElement): Promise<void> {
  for (const event of ['pointerdown', 'keydown', 'click', 'popstate'])
    addEventListener(event, () => page.remove(), { capture: true, once: true });
  const images = document.querySelectorAll<HTMLImageElement>('main .cover img');
  await Promise.all(Array.from(images, (image) => image.decode().catch(() => undefined)));
  page.remove();
}
