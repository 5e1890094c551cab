// Ctrl and Z, or Command and Z, take back what the last message offers to take back.
import { i18n } from '../i18n/i18n.svelte';
import { notices } from './notices.svelte';

/** Where one writes, the browser takes back what was written; behind a dialog no message can be reached. */
const elsewhere = 'input:not([type="checkbox"], [type="radio"]), textarea, select, dialog.sheet';

export function undoByKey(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
    if (event.key.toLowerCase() !== 'z' || (event.target as Element).closest(elsewhere)) return;
    const last = notices.list.findLast(({ action }) => action?.label === i18n.m.undo);
    if (!last) return;
    event.preventDefault();
    notices.dismiss(last.id);
    last.action?.run();
  });
}
