import { call, Refusal, type MonthColumns, type Scope, type Timeline } from '../api/client';

const pageLimit = 5000;

export function getTimeline(scope: Scope): Promise<Timeline> {
  return call('get', '/api/v1/timeline', { query: { scope } });
}

/** All of a month, in as many pages as it needs, of one version. */
export async function getMonth(scope: Scope, month: string): Promise<MonthColumns> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await readPages(scope, month);
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 409) || attempt === 3) throw error;
    }
  }
}

async function readPages(scope: Scope, month: string): Promise<MonthColumns> {
  const page = (offset: number, version?: string) =>
    call('get', '/api/v1/timeline/{month}', {
      path: { month },
      query: { scope, offset, limit: pageLimit, ...(version !== undefined && { version }) },
    });
  const all = await page(0);
  while (all.id.length < all.count) {
    const more = await page(all.id.length, all.version);
    if (more.id.length === 0) break;
    append(all, more);
  }
  return all;
}

function append(all: MonthColumns, more: MonthColumns): void {
  all.id = all.id.concat(more.id);
  all.key = all.key.concat(more.key);
  all.taken_at = all.taken_at.concat(more.taken_at);
  all.taken_precision = all.taken_precision.concat(more.taken_precision);
  all.width = all.width.concat(more.width);
  all.height = all.height.concat(more.height);
  all.thumbhash = all.thumbhash.concat(more.thumbhash);
  all.title = all.title.concat(more.title);
  all.favourite = all.favourite.concat(more.favourite);
  all.state = all.state.concat(more.state);
}
