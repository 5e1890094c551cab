// What stands around the picture fades when nothing has moved for a while.
const after = 2500;

export class Quiet {
  is = $state(false);
  #resting: ReturnType<typeof setTimeout> | undefined;

  /** `held`: something is being read, pressed or decided, and has to stay. */
  constructor(readonly held: () => boolean) {}

  wake(): void {
    this.is = false;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      if (this.held()) this.wake();
      else this.is = true;
    }, after);
  }

  /** A tap on the picture. */
  toggle(): void {
    if (this.is || this.held()) this.wake();
    else this.is = true;
  }

  end(): void {
    clearTimeout(this.#resting);
  }
}
