// What moves the photographs of an album in its own order without a mouse or a keyboard.
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowLeftToLine from '@lucide/svelte/icons/arrow-left-to-line';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import ArrowRightToLine from '@lucide/svelte/icons/arrow-right-to-line';
import { words } from '../i18n/albums';
import { move, type Way } from '../managers/albumOrder';
import type { Library } from '../managers/library.svelte';
import type { Selection } from '../managers/selection.svelte';
import type { Button } from './SelectionButtons.svelte';

/** What is selected stays so, to go on by the next press. */
export function orderButtons(library: Library, selection: Selection): Button[] {
  const w = words();
  const step = (way: Way): void => void move(library, selection.ids, way);
  return [
    { icon: ArrowLeft, name: w.moveEarlier, run: () => step('earlier') },
    { icon: ArrowRight, name: w.moveLater, run: () => step('later') },
    { icon: ArrowLeftToLine, name: w.moveFirst, run: () => step('beginning'), seldom: true },
    { icon: ArrowRightToLine, name: w.moveLast, run: () => step('end'), seldom: true },
  ];
}
