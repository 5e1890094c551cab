// Pictures that failed to load are asked for again.
import type { Attachment } from 'svelte/attachments';
import { waitBefore } from '../api/retry';

const tries = 8;

/**
 * Asks for the image's picture again, with back-off, and at once when the network is back. What the server does not have
 * any more (its key has changed) is asked for as often and no more. Lets go of the request when the image leaves.
 */
export const persistent: Attachment<HTMLImageElement> = (image) => {
  let failures = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const again = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    // The same address once more: whichever it has by now.
    image.src = image.getAttribute('src') ?? '';
  };
  const failed = (): void => {
    // An image that is let go of fails too.
    if (image.getAttribute('src') === '' || ++failures > tries) return;
    waiting = setTimeout(again, waitBefore(failures, null));
  };
  const online = (): void => {
    if (image.complete && image.naturalWidth === 0) {
      failures = 0;
      again();
    }
  };
  image.addEventListener('error', failed);
  addEventListener('online', online);
  return () => {
    image.removeEventListener('error', failed);
    removeEventListener('online', online);
    clearTimeout(waiting);
    if (!image.complete) image.src = '';
  };
};
