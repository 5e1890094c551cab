// Computes digests beside the page, one at a time.
import { digest } from './sha256';

export interface Answer {
  /** Nothing, if the file could not be read. */
  sha256?: string;
}

addEventListener('message', ({ data: file }: MessageEvent<File>) => {
  digest(file).then(
    (sha256) => postMessage({ sha256 } satisfies Answer),
    () => postMessage({} satisfies Answer),
  );
});
