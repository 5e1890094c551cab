import { describe, expect, it } from 'vitest';
import { foreseen, isZone, offsetAt, offsetOf, offsetOfClock, offsetText } from './dates';

const clock = (text: string): number => Date.parse(`${text}Z`);
const exact = (taken: string) => ({ taken, precision: 'time' as const });

describe('offsets', () => {
  it('are read and written', () => {
    for (const text of ['Z', '+02:00', '-09:30', '+05:45'])
      expect(offsetText(offsetOf(text) ?? NaN)).toBe(text);
    expect(offsetOf('2024-05-01T10:00:00')).toBeNull();
    expect(offsetOf('2024-05-01')).toBeNull();
  });

  it('are those of the zone at that time, by the rules of the server', () => {
    expect(offsetOfClock('Europe/Paris', clock('2024-01-15T12:00:00'))).toBe(60);
    expect(offsetOfClock('Europe/Paris', clock('2024-07-14T12:00:00'))).toBe(120);
    expect(offsetOfClock('America/New_York', clock('2024-07-14T12:00:00'))).toBe(-240);
    expect(offsetOfClock('Asia/Kathmandu', clock('2024-07-14T12:00:00'))).toBe(345);
    // Shown twice: the first. Never shown: that of before.
    expect(offsetOfClock('Europe/Paris', clock('2024-10-27T02:30:00'))).toBe(120);
    expect(offsetOfClock('Europe/Paris', clock('2024-10-27T03:00:00'))).toBe(60);
    expect(offsetOfClock('Europe/Paris', clock('2024-03-31T02:30:00'))).toBe(60);
    expect(offsetOfClock('Europe/Paris', clock('2024-03-31T03:00:00'))).toBe(120);
    expect(offsetOfClock('+02:00', clock('2024-03-31T03:00:00'))).toBe(120);
    expect(offsetAt('UTC', 0)).toBe(0);
  });

  it('are of zones', () => {
    expect(isZone('Europe/Paris')).toBe(true);
    expect(isZone('-03:30')).toBe(true);
    expect(isZone('Europe/Nowhere')).toBe(false);
    expect(isZone('')).toBe(false);
  });
});

describe('foreseen', () => {
  it('sets as much of a date as is said', () => {
    const now = exact('2024-05-01T10:00:00');
    expect(foreseen(now, { taken_at: '1958-06' })).toEqual({
      taken: '1958-06-01T00:00:00',
      precision: 'month',
    });
    expect(foreseen(now, { taken_at: '2020-02-03T04:05:00' })).toEqual(exact('2020-02-03T04:05:00'));
    expect(foreseen(now, { taken_at: null })).toEqual({ taken: null, precision: null });
  });

  it('moves, and keeps the offset and the fraction', () => {
    expect(foreseen(exact('2024-05-01T23:30:00.25+02:00'), { shift_taken_at: 3600 })).toEqual(
      exact('2024-05-02T00:30:00.25+02:00'),
    );
    const ofDay = { taken: '2024-05-01T00:00:00', precision: 'day' as const };
    expect(foreseen(ofDay, { shift_taken_at: -86_400 })).toEqual({ ...ofDay, taken: '2024-04-30T00:00:00' });
    expect(foreseen(ofDay, { shift_taken_at: 3600 })).toEqual({ code: 'date-not-exact' });
    expect(foreseen({ taken: null, precision: null }, { shift_taken_at: 1 })).toEqual({
      code: 'date-unknown',
    });
  });

  it('keeps the clock, or the moment', () => {
    const now = exact('2024-07-01T20:00:00');
    expect(foreseen(now, { time_zone: 'Asia/Tokyo' })).toEqual(exact('2024-07-01T20:00:00+09:00'));
    expect(foreseen(now, { time_zone: 'Asia/Tokyo', keep: 'instant' })).toEqual({
      code: 'date-without-offset',
    });
    const camera_time_zone = 'Europe/Paris';
    expect(foreseen(now, { time_zone: 'Asia/Tokyo', keep: 'instant', camera_time_zone })).toEqual(
      exact('2024-07-02T03:00:00+09:00'),
    );
    expect(foreseen(exact('2024-07-01T20:00:00-04:00'), { time_zone: 'Z', keep: 'instant' })).toEqual(
      exact('2024-07-02T00:00:00Z'),
    );
  });
});
