import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en';
import { summaryOf, type Standing } from './uploadSummary';

const nothing: Standing = { total: 0, pending: 0, added: 0, duplicates: 0, refused: [], halted: null };

describe('the sentence about uploads', () => {
  it('counts while they are sent', () => {
    expect(summaryOf({ ...nothing, total: 10, pending: 8, added: 2 }, en)).toBe('Adding 3 of 10');
  });

  it('says what they wait for, only while any waits', () => {
    const waits = { ...nothing, total: 3, pending: 1, added: 2 };
    expect(summaryOf({ ...waits, halted: 'unreachable' }, en)).toContain('is sent by itself');
    expect(summaryOf({ ...waits, halted: 'loggedOut' }, en)).toContain('once you log in');
    expect(summaryOf({ ...waits, pending: 0, halted: 'unreachable' }, en)).toBe('2 photographs added');
  });

  it('tells what was added, was here, and was not added apart', () => {
    expect(summaryOf({ ...nothing, total: 4, added: 1, duplicates: 2, refused: [1] }, en)).toBe(
      '1 photograph added · 2 were here already · 1 not added',
    );
    expect(summaryOf({ ...nothing, total: 1, duplicates: 1 }, en)).toBe('1 was here already');
  });
});
