// Where a month of a timeline lies in Redis, for the server and for what fills it.
import { Redis } from 'ioredis';

export const COLUMNS = ['id', 'key', 'taken_at', 'width', 'height', 'thumbhash', 'title', 'favourite', 'state'];

// The tag in braces puts a month's keys on one node, so that one round trip reads both.
export const versionKey = (scope, month) => `peer:{${scope}/${month}}:version`;
export const rowsKey = (scope, month) => `peer:{${scope}/${month}}:rows`; // a list of rows as JSON, newest first

export function connect() {
  const nodes = process.env.PEER_REDIS.split(',').map((node) => {
    const [host, port] = node.split(':');
    return { host, port: Number(port) };
  });
  return new Redis.Cluster(nodes, {
    enableAutoPipelining: true,
    redisOptions: { password: process.env.PEER_REDIS_PASSWORD },
  });
}
