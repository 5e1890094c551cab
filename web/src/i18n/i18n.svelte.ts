// The language that is spoken, its messages, and dates and numbers in it.
import { catalogues, choose, type Language } from './language';
import * as format from './format';

const storageKey = 'cadre-language';

class I18n {
  language = $state<Language>(choose([localStorage.getItem(storageKey) ?? '', ...navigator.languages]));
  /** The messages. */
  m = $derived(catalogues[this.language]);

  constructor() {
    document.documentElement.lang = this.language;
  }

  change(language: Language): void {
    this.language = language;
    localStorage.setItem(storageKey, language);
    document.documentElement.lang = language;
  }

  month = (month: string): string => format.month(this.language, month);
  /** When a photo was taken, as far as that is known. */
  taken = (taken: string | null | undefined, precision: format.Precision | null | undefined): string =>
    taken ? format.date(this.language, taken, precision ?? 'time') : this.m.undated;
  offset = (minutes: number): string => format.offset(minutes);
  day = (month: string, day: number, brief: boolean): string => format.day(this.language, month, day, brief);
  instant = (value: string): string => format.instant(this.language, value);
  number = (value: number): string => format.number(this.language, value);
  bytes = (value: number): string => format.bytes(this.language, value);
  percent = (part: number): string => format.percent(this.language, part);
}

export const i18n = new I18n();
