// What this machine's processors did between two moments, as Linux counts it.
import { readFileSync } from 'node:fs';
import { resourceUsageOfChildren } from './children.js';

interface Ticks {
  idle: number;
  all: number;
}

function ticks(): Ticks {
  const first = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  // cpu user nice system idle iowait irq softirq steal (guest is in user already)
  const numbers = first.split(/\s+/).slice(1, 9).map(Number);
  return { idle: (numbers[3] ?? 0) + (numbers[4] ?? 0), all: numbers.reduce((sum, one) => sum + one, 0) };
}

export class Usage {
  readonly #before = ticks();
  readonly #children = resourceUsageOfChildren();
  readonly #began = Date.now();

  /** CPU seconds of the children that ended meanwhile, and the part of all cores that nobody used. */
  end(): { cpu_s: number; idle: number; seconds: number } {
    const after = ticks();
    const all = after.all - this.#before.all;
    return {
      cpu_s: resourceUsageOfChildren() - this.#children,
      idle: all > 0 ? (after.idle - this.#before.idle) / all : 0,
      seconds: (Date.now() - this.#began) / 1000,
    };
  }
}
