// What the server wrote into the page, so that the first picture waits for no further question. Read once.
import type { Initial } from '../api/client';

function read(): Initial | null {
  try {
    return JSON.parse(document.getElementById('initial')?.textContent ?? 'null') as Initial | null;
  } catch {
    return null;
  }
}

export const initial = read();
