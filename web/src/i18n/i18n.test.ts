import { describe, expect, it } from 'vitest';
import { en } from './en';
import { fr } from './fr';
import { date, localTime, month } from './format';
import { choose } from './language';

describe('catalogues', () => {
  it('have the same keys and no empty message', () => {
    expect(Object.keys(fr)).toEqual(Object.keys(en));
    for (const catalogue of [en, fr]) {
      for (const [key, message] of Object.entries(catalogue)) expect(message, key).not.toBe('');
    }
  });

  it('count as each language does: zero is plural in English, singular in French', () => {
    expect([en.uploadsDone(0), en.uploadsDone(1)]).toEqual(['0 photographs added', '1 photograph added']);
    expect([fr.uploadsDone(0), fr.uploadsDone(2)]).toEqual([
      '0 photographie ajoutée',
      '2 photographies ajoutées',
    ]);
  });
});

describe('choose', () => {
  it('takes the first language that there is', () => {
    expect(choose(['de-CH', 'fr-CA', 'en'])).toBe('fr');
    expect(choose(['de'])).toBe('en');
    expect(choose([])).toBe('en');
  });
});

describe('dates', () => {
  it('keep the time on the camera’s clock, whatever its offset', () => {
    expect(date('en', '2024-05-04T23:20:00+09:00')).toContain('4 May 2024');
    expect(date('en', '2024-05-04T23:20:00')).toContain('23:20');
    expect(date('fr', '2024-05-04T23:20:00-11:00')).toContain('4 mai 2024');
  });

  it('say no more than is known', () => {
    const beginning = '1958-06-01T00:00:00';
    expect(date('en', beginning, 'year')).toBe('1958');
    expect(date('en', beginning, 'month')).toBe('June 1958');
    expect(date('fr', beginning, 'day')).toBe('1 juin 1958');
  });

  it('of files carry the offset of this machine, and are the same instant', () => {
    for (const instant of [1_717_194_600_123, 0, 1_735_689_600_000]) {
      const text = localTime(instant);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
      expect(Date.parse(text)).toBe(instant);
      expect(Number(text.slice(8, 10))).toBe(new Date(instant).getDate());
    }
  });

  it('name months with a capital in both languages', () => {
    expect([month('en', '2024-05'), month('fr', '2024-05')]).toEqual(['May 2024', 'Mai 2024']);
  });
});
