import { flushSync, mount } from 'svelte';
import App from './App.svelte';

/** Draws the page; it is in the document when this returns. */
export function begin(): void {
  const target = document.getElementById('app');
  if (!target) throw new Error('The page has no #app.');
  mount(App, { target });
  flushSync();
}
