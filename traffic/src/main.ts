// `node dist/main.js drive|finish`: settings come on the standard input as JSON; what is kept between both lies in `scratch`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drive } from './drive.js';
import { finish } from './finish.js';
import { Unusable } from './gallery.js';
import type { Drive, Settings, Watched } from './types.js';

async function main(): Promise<number> {
  const settings = JSON.parse(readFileSync(0, 'utf8')) as Settings;
  const kept = join(settings.scratch, 'drive.json');
  switch (process.argv[2]) {
    case 'drive':
      writeFileSync(kept, JSON.stringify(await drive(settings)));
      return 0;
    case 'finish': {
      const driven = JSON.parse(readFileSync(kept, 'utf8')) as Drive;
      const watched = JSON.parse(readFileSync(join(settings.scratch, 'watched.json'), 'utf8')) as Watched;
      return await finish(settings, driven, watched);
    }
    default:
      console.error('traffic: drive or finish');
      return 2;
  }
}

// Browsers and k6 end with this program, however it ends: both listen for its 'exit'.
process.once('SIGTERM', () => process.exit(143));

process.exitCode = await main().catch((error: unknown) => {
  console.error(`traffic: ${error instanceof Error ? error.message : String(error)}`);
  return error instanceof Unusable ? 2 : 3;
});
