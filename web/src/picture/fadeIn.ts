import type { Attachment } from 'svelte/attachments';

/** Marks a picture as seen when it is there, at once if it was already: until then the style sheet hides it. */
export const fadeIn: Attachment<HTMLImageElement> = (image) => {
  const show = (): void => image.classList.add('seen');
  if (image.complete && image.naturalWidth > 0) show();
  else image.addEventListener('load', show, { once: true });
};
