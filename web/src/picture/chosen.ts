// The few photographs at the door, of those that came with the page: nothing is asked for them.
import type { MonthColumns } from '../api/client';

export interface Chosen {
  id: string;
  key: string;
  month: string;
  title: string;
  thumbhash: string | null;
  aspect: number;
}

const most = 5;
/** A wall that is seen at a glance needs no row of chosen ones above it. */
const glance = 24;

/** Photos of a month, or none where they are not loaded. */
interface Loaded {
  month: string;
  content: { columns: MonthColumns } | null;
}

/**
 * Up to five that are ready, spread over what is loaded, those with a title before others, of a wall of `total` photos. The
 * same as long as the wall is the same.
 */
export function chosen(total: number, blocks: readonly Loaded[]): Chosen[] {
  if (total <= glance) return [];
  const all = blocks.flatMap(({ month, content }) =>
    (content?.columns.id ?? []).flatMap((id, i): Chosen[] => {
      const columns = content?.columns;
      const [width = 1, height = 1] = [columns?.width[i], columns?.height[i]];
      if (columns?.state[i] !== 'ready' || width < height * 0.6 || width > height * 2.2) return [];
      const [key = '', title = '', thumbhash = null] = [
        columns.key[i],
        columns.title[i],
        columns.thumbhash[i],
      ];
      return [{ id, key, month, title, thumbhash, aspect: width / height }];
    }),
  );
  const titled = all.filter((one) => one.title !== '');
  const pool = titled.length >= most ? titled : all;
  const step = Math.max(1, Math.floor(pool.length / most));
  return pool.filter((_, i) => i % step === 0).slice(0, most);
}
