// What the page draws, made of what the server says: a column a machine, the slots as a bar, ages that go on. Pure.
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Fleet = Schemas['Fleet'];
export type FleetProcess = Schemas['FleetProcess'];
export type CatalogNode = Schemas['CatalogNode'];
export type Shard = Fleet['catalog']['shards'][number];
export type BlobNode = Fleet['blobs']['nodes'][number];
export type Health = Schemas['Health'];

/** How something is, for the eye: each has a colour and a shape of its own. */
export type Mark = 'well' | 'idle' | 'warn' | 'bad';

/** A node of the catalog in its place. */
export interface Seat {
  node: CatalogNode;
  role: 'master' | 'replica' | 'spare';
  shard: Shard | null;
}

export interface Machine {
  name: string;
  replicas: FleetProcess[];
  others: FleetProcess[];
  seats: Seat[];
  blobs: BlobNode[];
}

/** Who asks once a second and has no answer for so long says so. */
export const silentAfter = 3;

/** What has not been read for so long is shown as old. The server reads each part once a second while somebody looks. */
export const oldAfter = 5;

export function seatsOf(fleet: Fleet): Seat[] {
  const seats: Seat[] = [];
  for (const shard of fleet.catalog.shards) {
    seats.push({ node: shard.master, role: 'master', shard });
    for (const node of shard.replicas) seats.push({ node, role: 'replica', shard });
  }
  for (const node of fleet.catalog.others) seats.push({ node, role: 'spare', shard: null });
  return seats;
}

/** Every machine on which something runs, by name. */
export function machinesOf(fleet: Fleet): Machine[] {
  const found = new Map<string, Machine>();
  const at = (name: string): Machine => {
    const known = found.get(name);
    if (known) return known;
    const machine: Machine = { name, replicas: [], others: [], seats: [], blobs: [] };
    found.set(name, machine);
    return machine;
  };
  for (const process of fleet.replicas) at(process.machine).replicas.push(process);
  for (const process of fleet.others) at(process.machine).others.push(process);
  for (const seat of seatsOf(fleet)) at(seat.node.machine).seats.push(seat);
  for (const node of fleet.blobs.nodes) at(node.machine).blobs.push(node);
  const order = new Intl.Collator('en', { numeric: true });
  // In their places whatever becomes of them.
  for (const { seats } of found.values()) seats.sort((a, b) => order.compare(a.node.name, b.node.name));
  return [...found.values()].sort((a, b) => order.compare(a.name, b.name));
}

export function markOfHealth(health: Health): Mark {
  return health === 'healthy' ? 'well' : health === 'degraded' ? 'warn' : 'bad';
}

export function markOfProcess({ state }: FleetProcess): Mark {
  switch (state) {
    case 'ready':
    case 'active':
      return 'well';
    case 'standby':
      return 'idle';
    case 'lost':
    case 'failed':
      return 'bad';
    default:
      return 'warn';
  }
}

export function markOfNode({ up, in_step }: CatalogNode): Mark {
  if (!up) return 'bad';
  return in_step === false ? 'warn' : 'well';
}

export function markOfShard(shard: Shard): Mark {
  if (!shard.master.up) return 'bad';
  const safe = shard.replicas.some(
    (node) => node.up && node.in_step !== false && node.machine !== shard.master.machine,
  );
  return safe ? 'well' : 'warn';
}

/** A stretch of the bar; without a shard it belongs to nobody. */
export interface Stretch {
  first: number;
  last: number;
  shard: Shard | null;
}

/** All slots from the first to the last, gaps too. */
export function stretchesOf(fleet: Fleet): Stretch[] {
  const held: Stretch[] = fleet.catalog.shards
    .flatMap((shard) => shard.slots.map(([first, last]) => ({ first: first ?? 0, last: last ?? 0, shard })))
    .sort((a, b) => a.first - b.first);
  const all: Stretch[] = [];
  let next = 0;
  for (const stretch of held) {
    if (stretch.first > next) all.push({ first: next, last: stretch.first - 1, shard: null });
    all.push(stretch);
    next = Math.max(next, stretch.last + 1); // while two masters are at odds, both may claim some
  }
  if (next < fleet.catalog.slots) all.push({ first: next, last: fleet.catalog.slots - 1, shard: null });
  return all;
}

export function rangesOf(shard: Shard): string {
  return shard.slots.map(([first, last]) => `${first ?? 0}–${last ?? 0}`).join(', ');
}

/** Points of a line through `values`, `width` wide, `height` high where a value is `most`; the newest at the right edge. */
export function points(values: readonly number[], most: number, width: number, height: number): string {
  const seconds = 60;
  const step = width / (seconds - 1);
  const x = (index: number): number => width - (values.length - 1 - index) * step;
  const y = (value: number): number => height - (Math.min(value, most) / Math.max(most, 1)) * height;
  return values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
}

/** Which shards have another master than before, by their first slots. */
export function moved(before: Fleet, now: Fleet): Map<number, string> {
  const masters = new Map<number, string>();
  for (const { first, last, shard } of stretchesOf(before)) {
    for (const other of stretchesOf(now)) {
      if (!shard || !other.shard || other.first > last || other.last < first) continue;
      if (other.shard.master.name !== shard.master.name) masters.set(other.first, shard.master.name);
    }
  }
  return masters;
}
