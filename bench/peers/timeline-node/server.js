// GET /api/v1/timeline/{month} of Cadre's contract, for everybody's wall, as one would write it with Express and
// ioredis: what ./dev bench fleet_node compares with. One process, one round trip to Redis a request.
//
//   PEER_PORT, PEER_REDIS, PEER_REDIS_PASSWORD; PEER_HEADERS: fields that every answer has, as JSON;
//   PEER_CACHE=1: keeps encoded answers by version, as Cadre does, and asks Redis for the version only
import express from 'express';
import { COLUMNS, connect, rowsKey, versionKey } from './store.js';

const redis = connect();
const headers = JSON.parse(process.env.PEER_HEADERS ?? '{}');
const cache = process.env.PEER_CACHE ? new Map() : undefined;

const problem = (res, status, detail) => res.status(status).type('application/problem+json').json({ status, detail });

function number(text, otherwise, least, most) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

function columnsOf(version, count, offset, rows) {
  const columns = { version, count, offset };
  for (const name of COLUMNS) columns[name] = rows.map((row) => row[name]);
  return columns;
}

async function read(month, offset, limit) {
  const [version, count, texts] = await Promise.all([
    redis.get(versionKey('wall', month)),
    redis.llen(rowsKey('wall', month)),
    redis.lrange(rowsKey('wall', month), offset, offset + limit - 1),
  ]);
  return columnsOf(version, count, offset, texts.map((text) => JSON.parse(text)));
}

async function readCached(name, month, offset, limit) {
  const version = await redis.get(versionKey('wall', month));
  const known = cache.get(name);
  if (known && known.version === version) return known;
  const columns = await read(month, offset, limit);
  const fresh = { version: columns.version, body: Buffer.from(JSON.stringify(columns)) };
  cache.set(name, fresh);
  return fresh;
}

const app = express();
app.disable('x-powered-by');
app.use((req, res, next) => {
  res.set(headers);
  next();
});

app.get('/api/v1/timeline/:month', async (req, res) => {
  const { month } = req.params;
  const offset = number(req.query.offset, 0, 0, 100_000_000);
  const limit = number(req.query.limit, 1000, 1, 5000);
  if (!/^\d{4}-\d{2}$/.test(month)) return problem(res, 404, 'There is no such month.');
  if (offset === undefined || limit === undefined) return problem(res, 400, 'offset or limit is not a number in range.');
  if ((req.query.scope ?? 'wall') !== 'wall') return problem(res, 401, 'Log in.');
  if (cache) {
    const { version, body } = await readCached(`${month}|${offset}|${limit}`, month, offset, limit);
    res.set('ETag', `"${version}"`).type('application/json').send(body);
    return;
  }
  const columns = await read(month, offset, limit);
  res.set('ETag', `"${columns.version}"`).json(columns);
});

app.get('/readyz', async (req, res) => {
  await redis.ping();
  res.end();
});

app.listen(Number(process.env.PEER_PORT), '127.0.0.1');
