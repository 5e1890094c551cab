import { albums } from './albums.svelte';
import { libraries } from './libraries.svelte';

/** After a change: whatever shows photos may show others now. */
export function lookAgain(): void {
  libraries.refresh('all');
  albums.refreshSoon();
}
