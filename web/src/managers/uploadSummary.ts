// Where the uploads are, in one sentence.
import type { Messages } from '../i18n/en';

export interface Standing {
  total: number;
  pending: number;
  added: number;
  duplicates: number;
  refused: readonly unknown[];
  halted: 'unreachable' | 'loggedOut' | null;
}

export function summaryOf(uploads: Standing, m: Messages): string {
  const { total, pending, added, duplicates, refused, halted } = uploads;
  if (pending > 0 && halted === 'loggedOut') return m.uploadsLoggedOut(pending);
  if (pending > 0 && halted === 'unreachable') return m.uploadsHalted(pending);
  if (pending > 0) return m.uploading(total - pending, total);
  const parts = [
    duplicates > 0 && m.uploadsDuplicate(duplicates),
    refused.length > 0 && m.uploadsRefused(refused.length),
  ].filter((part) => part !== false);
  return [...(added > 0 || parts.length === 0 ? [m.uploadsDone(added)] : []), ...parts].join(' · ');
}
