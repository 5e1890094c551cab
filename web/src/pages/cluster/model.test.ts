import { describe, expect, it } from 'vitest';
import { ago, bytes, duration, milliseconds, rate } from './format';
import { clusterMessages } from './messages';
import {
  machinesOf,
  markOfShard,
  moved,
  points,
  rangesOf,
  stretchesOf,
  type BlobNode,
  type CatalogNode,
  type Fleet,
  type FleetProcess,
  type Shard,
} from './model';

const node = (machine: string, port: number, more: Partial<CatalogNode> = {}): CatalogNode => ({
  name: `10.0.0.1:${port}`,
  machine,
  up: true,
  memory_bytes: null,
  max_memory_bytes: null,
  in_step: null,
  behind_bytes: null,
  ...more,
});
const shard = (slots: number[][], master: CatalogNode, replicas: CatalogNode[] = []): Shard => ({
  slots,
  slot_count: 1,
  master,
  replicas,
  memory_bytes: null,
  on_one_machine: false,
});
const process = (name: string, machine: string): FleetProcess => ({
  id: name,
  name,
  role: 'serve',
  machine,
  version: '1',
  state: 'ready',
  started_at: '2026-11-27T12:00:00Z',
  uptime_s: 1,
  requests_per_s: 0,
  errors_per_s: 0,
  p99_ms: null,
  requests: [],
  age_s: 0,
});
const blob = (machine: string): BlobNode => ({
  name: `${machine}:3901`,
  machine,
  up: true,
  free_bytes: 1,
  total_bytes: 2,
  repairs: 0,
  repair_errors: 0,
});

function fleet(shards: Shard[], more: Partial<Fleet> = {}): Fleet {
  const read = { age_s: 0, problem: null };
  return {
    shape: 'fleet',
    status: 'healthy',
    reasons: [],
    served_by: { name: 'app', machine: 'a' },
    time: '2026-11-27T12:00:00Z',
    replicas: [],
    others: [],
    processes: read,
    catalog: { kind: 'redis', slots: 16384, shards, others: [], databases: [], ...read },
    blobs: { kind: 'garage', nodes: [], ...read },
    queue: { waiting: 0, running: 0, failed: 0, oldest: null, oldest_s: null, ...read },
    decoders: null,
    events: [],
    ...more,
  };
}

describe('machines', () => {
  it('are all on which something runs, by name, numbers as numbers', () => {
    const shown = machinesOf(
      fleet([shard([[0, 16383]], node('m10', 1), [node('m9', 2)])], {
        replicas: [process('x', 'm2')],
        others: [process('y', 'm10')],
        blobs: { kind: 'garage', nodes: [blob('m1')], age_s: 0, problem: null },
      }),
    );
    expect(shown.map(({ name }) => name)).toEqual(['m1', 'm2', 'm9', 'm10']);
    expect(shown[3]?.seats[0]?.role).toBe('master');
    expect(shown[2]?.seats[0]?.role).toBe('replica');
    expect(shown[3]?.others).toHaveLength(1);
  });
});

describe('nodes of a machine', () => {
  it('keep their places when a master becomes a spare', () => {
    const [one, two] = [node('a', 1), node('a', 2)];
    const other = node('b', 3);
    const names = (shown: Fleet): (string | undefined)[] =>
      (machinesOf(shown)[0]?.seats ?? []).map((seat) => seat.node.name);
    const before = fleet([shard([[0, 99]], one, [other]), shard([[100, 16383]], node('c', 4), [two])]);
    const after = fleet([shard([[0, 99]], other), shard([[100, 16383]], node('c', 4), [two])]);
    after.catalog.others = [{ ...one, up: false }];
    expect(names(before)).toEqual([one.name, two.name]);
    expect(names(after)).toEqual(names(before));
  });
});

describe('shards', () => {
  it('are well with a replica that is there, in step and on another machine', () => {
    const master = node('a', 1);
    const slots = [[0, 16383]];
    expect(markOfShard(shard(slots, master, [node('b', 2)]))).toBe('well');
    expect(markOfShard(shard(slots, master, [node('a', 2)]))).toBe('warn');
    expect(markOfShard(shard(slots, master, [node('b', 2, { up: false })]))).toBe('warn');
    expect(markOfShard(shard(slots, master, [node('b', 2, { in_step: false })]))).toBe('warn');
    expect(markOfShard(shard(slots, master))).toBe('warn');
    expect(markOfShard(shard(slots, node('a', 1, { up: false }), [node('b', 2)]))).toBe('bad');
  });

  it('fill the bar from the first slot to the last; what belongs to nobody is a stretch, too', () => {
    const one = shard(
      [
        [100, 199],
        [300, 16000],
      ],
      node('a', 1),
    );
    const two = shard([[200, 299]], node('b', 2));
    const all = stretchesOf(fleet([one, two]));
    expect(all.map(({ first, last, shard: of }) => [first, last, of?.master.machine])).toEqual([
      [0, 99, undefined],
      [100, 199, 'a'],
      [200, 299, 'b'],
      [300, 16000, 'a'],
      [16001, 16383, undefined],
    ]);
    expect(rangesOf(one)).toBe('100–199, 300–16000');
    expect(stretchesOf(fleet([]))).toEqual([{ first: 0, last: 16383, shard: null }]);
  });

  it('that have a new master are told, also when their slots were divided meanwhile', () => {
    const slots = [[0, 16383]];
    const before = fleet([shard(slots, node('a', 1))]);
    expect(moved(before, before).size).toBe(0);
    expect([...moved(before, fleet([shard(slots, node('b', 2))]))]).toEqual([[0, '10.0.0.1:1']]);
    const divided = fleet([shard([[0, 99]], node('a', 1)), shard([[100, 16383]], node('b', 2))]);
    expect([...moved(before, divided)]).toEqual([[100, '10.0.0.1:1']]);
    expect(moved(before, fleet([])).size).toBe(0);
  });
});

describe('the line of requests', () => {
  it('ends at the right edge, and keeps within its box', () => {
    expect(points([0, 5, 10], 10, 59, 20)).toBe('57.0,20.0 58.0,10.0 59.0,0.0');
    expect(points([30], 10, 59, 20)).toBe('59.0,0.0');
    expect(points([0, 0], 0, 59, 20)).toBe('58.0,20.0 59.0,20.0');
    expect(points([], 1, 59, 20)).toBe('');
  });
});

describe('amounts', () => {
  it('are in the largest unit that fits, as each language writes it', () => {
    const plain = (text: string): string => text.replace(/\s/g, ' ');
    expect(plain(bytes('en', 0))).toBe('0 byte');
    expect(plain(bytes('en', 999_999))).toBe('1,000 kB');
    expect(plain(bytes('en', 1_250_000_000))).toBe('1.3 GB');
    expect(plain(bytes('fr', 1_250_000_000))).toBe('1,3 Go');
    expect(plain(rate('fr', 12.46))).toBe('12,5');
    expect(plain(milliseconds('en', 8.23))).toBe('8.2 ms');
    expect(plain(milliseconds('en', 2950))).toBe('3 sec');
    expect(plain(duration('en', 7300))).toBe('2 hours');
    expect(plain(duration('fr', 61))).toBe('1 minute');
    expect(plain(ago('en', 12.9))).toBe('12 seconds ago');
    expect(plain(ago('fr', 90_000))).toBe('il y a 1 jour');
  });
});

describe('messages', () => {
  it('exist in both languages for the same codes', () => {
    const { en, fr } = clusterMessages;
    for (const part of ['reasons', 'happened', 'states', 'roles'] as const) {
      expect(Object.keys(fr[part])).toEqual(Object.keys(en[part]));
    }
    for (const sentence of Object.values(fr.reasons)) expect(sentence('x')).toMatch(/^\S.*\.$/);
  });
});
