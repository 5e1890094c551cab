// Files that were dropped, pasted or chosen, out of folders too: each comes as it is found, so that a folder of any size can
// be begun with at once.

export interface Found {
  /** With the folders that were dropped, as in "DCIM/100APPLE/IMG_0001.JPG". */
  path: string;
  /** Nothing, if it (or the folder at this path) could not be opened. */
  file: File | null;
  /** It came out of a folder: nobody pointed at this very file. */
  inFolder: boolean;
}

/** What systems and cameras leave in folders, and nobody means to keep. */
export function isJunk(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|ehthumbs\.db)$/i.test(name);
}

/** Formats that the gallery takes; browsers know no type for some of them. */
const suffixes = /\.(jpe?g|jfif|png|webp|gif|tiff?|hei[cf]|avif)$/i;

export function isPicture(file: { name: string; type: string }): boolean {
  return suffixes.test(file.name) || /^image\/(jpeg|png|webp|gif|tiff|hei[cf]|avif)$/.test(file.type);
}

/** Of an <input>, with `webkitdirectory` or without. */
export function* chosenFiles(files: Iterable<File>): Generator<Found> {
  for (const file of files) {
    const inFolder = file.webkitRelativePath !== '';
    if (!inFolder || !isJunk(file.name)) yield { path: file.webkitRelativePath || file.name, file, inFolder };
  }
}

/** Has to be called in the event itself, which takes its items with it; what it answers may be read whenever one likes. */
export function droppedFiles(transfer: DataTransfer): AsyncGenerator<Found> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  // Pasted pictures are files without entries.
  const plain = entries.length === 0 ? Array.from(transfer.files) : [];
  return (async function* () {
    yield* chosenFiles(plain);
    yield* walk(entries, false);
  })();
}

async function* walk(entries: Iterable<FileSystemEntry>, inFolder: boolean): AsyncGenerator<Found> {
  for (const entry of entries) {
    const path = entry.fullPath.replace(/^\//, '');
    if (inFolder && isJunk(path)) continue;
    if (entry.isFile) yield { path, file: await opened(entry as FileSystemFileEntry), inFolder };
    else yield* folder(entry as FileSystemDirectoryEntry, path);
  }
}

async function* folder(entry: FileSystemDirectoryEntry, path: string): AsyncGenerator<Found> {
  const reader = entry.createReader();
  for (;;) {
    // Chromium gives a hundred at a time.
    const some = await new Promise<FileSystemEntry[] | null>((resolve) => {
      reader.readEntries(resolve, () => resolve(null));
    });
    if (some === null) yield { path, file: null, inFolder: true };
    if (some === null || some.length === 0) return;
    yield* walk(some, true);
  }
}

function opened(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}
