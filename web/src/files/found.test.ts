import { describe, expect, it } from 'vitest';
import { chosenFiles, droppedFiles, isJunk, isPicture, type Found } from './found';

function file(name: string, type = ''): File {
  return new File(['x'], name, { type });
}

function entry(path: string, children?: (object | null)[]): object {
  const fullPath = `/${path}`;
  if (!children) {
    return { isFile: true, fullPath, file: (resolve: (it: File) => void) => resolve(file(path)) };
  }
  // As Chromium: some at a time, then an empty list.
  const left = [children.slice(0, 2), children.slice(2), []].filter(
    (some, index) => index === 2 || some.length,
  );
  const createReader = (): object => ({
    readEntries: (resolve: (some: object[]) => void, reject: () => void) => {
      const some = left.shift() ?? [];
      if (some.includes(null)) reject();
      else resolve(some as object[]);
    },
  });
  return { isFile: false, fullPath, createReader };
}

async function drop(entries: object[]): Promise<Found[]> {
  const items = entries.map((it) => ({ webkitGetAsEntry: () => it }));
  const found: Found[] = [];
  for await (const one of droppedFiles({ items, files: [] } as unknown as DataTransfer)) found.push(one);
  return found;
}

describe('what was dropped', () => {
  it('is found in folders of any depth, however many at a time the browser gives', async () => {
    const found = await drop([
      entry('DCIM', [
        entry('DCIM/100', [entry('DCIM/100/a.jpg'), entry('DCIM/100/b.mov'), entry('DCIM/100/c.heic')]),
        entry('DCIM/.thumbnails', [entry('DCIM/.thumbnails/x.jpg')]),
        entry('DCIM/Thumbs.db'),
      ]),
      entry('single.jpg'),
    ]);
    expect(found.map(({ path, inFolder }) => [path, inFolder])).toEqual([
      ['DCIM/100/a.jpg', true],
      ['DCIM/100/b.mov', true],
      ['DCIM/100/c.heic', true],
      ['single.jpg', false],
    ]);
  });

  it('a folder that cannot be read is told, and ends nothing', async () => {
    const found = await drop([entry('locked', [null]), entry('open.jpg')]);
    expect(found.map(({ path, file }) => [path, file !== null])).toEqual([
      ['locked', false],
      ['open.jpg', true],
    ]);
  });
});

describe('what was chosen', () => {
  it('has its folder’s path, without what systems leave there', () => {
    const inFolder = (path: string): File =>
      Object.defineProperty(file(path.split('/').pop() ?? ''), 'webkitRelativePath', { value: path });
    const found = [...chosenFiles([inFolder('Trip/a.jpg'), inFolder('Trip/.DS_Store')])];
    expect(found.map(({ path }) => path)).toEqual(['Trip/a.jpg']);
  });
});

describe('kinds of files', () => {
  it('knows photographs by their type or their name, in any case', () => {
    expect([file('a.HEIC'), file('a.JPG'), file('a', 'image/avif')].map(isPicture)).toEqual([
      true,
      true,
      true,
    ]);
    expect([file('a.mov', 'video/quicktime'), file('a.aae'), file('jpg')].map(isPicture)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('junk is what nobody means to keep', () => {
    expect(['a/.DS_Store', 'Thumbs.db', 'x/Desktop.ini'].every(isJunk)).toBe(true);
    expect(['a.b/c.jpg', 'thumbs.db.jpg'].some(isJunk)).toBe(false);
  });
});
