// node fill.js URL MONTH: copies a month of the wall from a gallery into the peer's keys.
import { COLUMNS, connect, rowsKey, versionKey } from './store.js';

const [url, month] = process.argv.slice(2);
const answer = await fetch(`${url}/api/v1/timeline/${month}?scope=wall&limit=5000`);
if (!answer.ok) throw new Error(`the gallery answered ${answer.status}`);
const columns = await answer.json();
const rows = columns.id.map((_, i) => JSON.stringify(Object.fromEntries(COLUMNS.map((name) => [name, columns[name][i]]))));

const redis = connect();
await redis.del(rowsKey('wall', month));
await redis.rpush(rowsKey('wall', month), ...rows);
await redis.set(versionKey('wall', month), columns.version);
await redis.quit();
