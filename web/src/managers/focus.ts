// Keeps the keyboard’s place. What has the focus may leave the page: a dialog closes, a row is deleted or drawn anew, somebody has
// logged in. The browser then gives the focus to nothing, and whoever goes by keys begins again at the top. Here it returns to
// where it was before, or to what stands nearest. Whoever points is left alone: nothing moves between a press and its click, and no
// field asks for the keyboard of a telephone. Fetched with the first focus, with what else only keys need.

import { undoByKey } from './undoKey';

interface Step {
  element: Element;
  /** Of the element and all that it stands in, from the inside: what was beside it. */
  around: { element: Element; next: Element | null; previous: Element | null }[];
  /** What comes and goes above the page, and in which it was. */
  overlay: Element | null;
}

const overlays = 'dialog, dialog aside, [role="toolbar"], .notices > p';
const focusable =
  'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
/** Left as they are by who puts the keyboard of a telephone away. */
const written = 'input, textarea';
const layers = 12;
/** What is fetched first and then drawn is waited for so long, in ms. */
const patience = 3000;

/** Where the keyboard was in each layer of the page, the last at the end; empty once somebody has pointed beside all of it. */
let trail: Step[] = [];
/** It stands near the place that it was to return to, or at the beginning of a page whose heading is still to come. */
let waiting: { at: Element; until: number; exact: () => HTMLElement | null } | null = null;
/** The last place cannot be used for a moment, as a button while it sends. */
let disabled = false;
/** The last act was one of keys, or of a screen reader, whose presses have no pointer. */
let byKeys = document.activeElement?.matches(':focus-visible') ?? false;

export function keepFocus(): void {
  undoByKey();
  begun(document.activeElement);
  addEventListener('focusin', (event) => begun(event.target as Element));
  addEventListener('keydown', () => (byKeys = true), true);
  addEventListener('click', (event) => (byKeys ||= (event as PointerEvent).pointerType === ''), true);
  addEventListener('pointerdown', () => (byKeys = false), true);
  addEventListener('pointerdown', () => setTimeout(pointed));
  new MutationObserver(changed).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden', 'open'],
  });
}

const main = (): HTMLElement | null => document.getElementById('main');
/** The one that is above all else. */
const dialog = (): HTMLElement | null =>
  [...document.querySelectorAll<HTMLElement>('dialog:modal')].at(-1) ?? null;
const lost = (): boolean => document.activeElement === document.body || document.activeElement === null;

/** Who points beside everything has taken the keyboard away. */
function pointed(): void {
  if (lost() && !disabled) trail = [];
}

function begun(element: Element | null): void {
  if (!element || element === document.body || element === trail.at(-1)?.element) return;
  disabled = false;
  const around: Step['around'] = [];
  for (let one: Element | null = element; one && one !== document.body; one = one.parentElement)
    around.push({ element: one, next: one.nextElementSibling, previous: one.previousElementSibling });
  const overlay = element.closest(overlays);
  const before = overlay === trail.at(-1)?.overlay ? trail.slice(0, -1) : trail.slice(1 - layers);
  trail = [...before, { element, around, overlay }];
  if (element !== waiting?.at) waiting = null;
  if (element === main()) waitFor(element, () => main()?.querySelector('h1') ?? null);
}

function waitFor(at: Element, exact: () => HTMLElement | null): void {
  waiting = { at, exact, until: performance.now() + patience };
}

function changed(): void {
  if (!byKeys) {
    // What has keys of its own goes on hearing them.
    if (lost()) dialog()?.focus({ preventScroll: true });
    return;
  }
  const last = trail.at(-1);
  if (waiting && (document.activeElement === waiting.at || lost())) {
    const there = performance.now() < waiting.until ? waiting.exact() : null;
    if (there) give(there);
  }
  if (!last || !lost()) return;
  if (last.element.isConnected && last.element.matches(':disabled')) disabled = true;
  else if (disabled || !usable(last.element) || !last.element.matches(written)) comeBack(last);
}

function comeBack(last: Step): void {
  disabled = false;
  if (usable(last.element)) return give(last.element as HTMLElement);
  // What has closed gives the keyboard back to where it was before.
  const gone = (step: Step): boolean => step.overlay !== null && !visible(step.overlay);
  const from = trail.findLast((step) => !gone(step)) ?? last;
  const exact = (): HTMLElement | null =>
    usable(from.element) ? (from.element as HTMLElement) : drawnAnew(from);
  const there = exact();
  if (there) return give(there);
  const near = nearest(from) ?? dialog() ?? main()?.querySelector('h1') ?? main();
  if (!near) return;
  give(near);
  if (near !== main()) waitFor(near, exact);
}

/** The same, made again by what draws it. */
function drawnAnew({ element, around }: Step): HTMLElement | null {
  const home = around.find((one) => one.element.isConnected)?.element ?? main();
  const same = nameOf(element);
  const all = home?.querySelectorAll<HTMLElement>(element.tagName) ?? [];
  return (same && [...all].find((one) => nameOf(one) === same && usable(one))) || null;
}

function nameOf(element: Element): string {
  const { id = '' } = (element as HTMLElement).dataset;
  return (
    id || element.getAttribute('aria-label') || element.getAttribute('name') || element.textContent.trim()
  );
}

/** What came after it, or before; at last anything in what it stood in. */
function nearest({ around }: Step): HTMLElement | null {
  for (const { element, next, previous } of around) {
    if (element.matches('main, dialog, #app')) return null;
    const beside = firstIn(next) ?? firstIn(previous) ?? firstIn(element);
    if (beside) return beside;
  }
  return null;
}

function firstIn(element: Element | null): HTMLElement | null {
  if (!element?.isConnected || element.matches(`${overlays}, main, .notices`)) return null;
  return (
    [element, ...element.querySelectorAll(focusable)].find(
      (one): one is HTMLElement =>
        one.matches(focusable) && one.matches(':not([tabindex="-1"])') && usable(one),
    ) ?? null
  );
}

function visible(element: Element): boolean {
  return element.isConnected && element.checkVisibility();
}

/** It can have the focus; behind a dialog nothing can. */
function usable(element: Element): boolean {
  const above = dialog();
  return visible(element) && !element.matches(':disabled') && (!above || above.contains(element));
}

function give(element: HTMLElement): void {
  if (!element.matches(focusable)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
