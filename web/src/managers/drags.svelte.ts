// Photographs that are dragged by the mouse: from a selection to an album in the rail, or to another place in an album's own
// order.

/** Says of what is dragged that it is ours; files have another type. */
export const dragType = 'application/x-cadre-photos';

class Drags {
  /** Null while nothing is dragged. */
  ids = $state.raw<readonly string[] | null>(null);
  /** To another place on their page: albums beside the rail would cover it. */
  within = $state(false);
  /** What to do with the selection once they have gone somewhere. */
  #dropped: () => void = () => undefined;

  begin(event: DragEvent, ids: readonly string[], dropped: () => void, within = false): void {
    const { dataTransfer } = event;
    if (!dataTransfer) return;
    dataTransfer.clearData();
    dataTransfer.setData(dragType, String(ids.length));
    dataTransfer.effectAllowed = 'copyMove';
    this.#dropped = dropped;
    this.within = within;
    // What is made while the drag begins would end it.
    setTimeout(() => (this.ids = ids));
  }

  /** The ids, which went to where they were dropped. */
  take(): readonly string[] {
    const ids = this.ids ?? [];
    this.#dropped();
    this.end();
    return ids;
  }

  end(): void {
    this.ids = null;
  }
}

export const drags = new Drags();
