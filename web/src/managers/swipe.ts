// PhotoSwipe over a library: slides are the photos of its page, in its order. The address says which one is seen; a swipe
// tells the address.
import PhotoSwipe from 'photoswipe';
import type { Photo } from '../api/client';
import { persistent } from '../picture/persistent';
import {
  originalFor,
  sharpUpTo,
  slideOfColumns,
  slideOfPhoto,
  zoomLevels,
  type Slide,
} from '../picture/slides';
import { placeholder } from '../picture/thumbhash';
import type { Library, Place } from './library.svelte';

type Content = NonNullable<PhotoSwipe['currSlide']>['content'];

/** Motion of the viewer, in ms. */
const swift = 220;

/** What is to be seen. */
export interface Seen {
  id: string;
  library: Library;
  place: Place | null;
  photo: Photo | null;
  /** Its file may be asked for. */
  mine: boolean;
  /** How it is called by who does not see it. */
  label: string;
}

export interface Told {
  /** A swipe ended at another photo. */
  moved: (place: Place) => void;
  closed: () => void;
  tapped: () => void;
  /** Whether the page behind is covered: not while it grows from its tile, or is pulled down. */
  covered: (covered: boolean) => void;
  zoomed: (zoomed: boolean) => void;
}

export function slideOf(place: Place): Slide | null {
  const columns = place.block.content?.columns;
  return columns ? slideOfColumns(columns, place.index) : null;
}

export class Swipe {
  readonly #pswp: PhotoSwipe;
  #seen: Seen;
  readonly #releases = new Map<Content, () => void>();
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  #again: ReturnType<typeof setTimeout> | undefined;
  #gone = false;

  constructor(
    readonly element: HTMLElement,
    seen: Seen,
    readonly told: Told,
    /** It was opened from its tile. */
    fromTile: boolean,
  ) {
    this.#seen = seen;
    this.#pswp = new PhotoSwipe({
      appendToEl: element,
      getViewportSizeFn: () => ({ x: element.clientWidth, y: element.clientHeight }),
      index: this.#number(),
      bgOpacity: 1,
      loop: false,
      wheelToZoom: true,
      preload: [1, 1],
      // The viewer has its own of these.
      close: false,
      zoom: false,
      arrowPrev: false,
      arrowNext: false,
      counter: false,
      escKey: false,
      arrowKeys: false,
      trapFocus: false,
      returnFocus: false,
      imageClickAction: 'zoom',
      tapAction: () => {
        told.tapped();
      },
      secondaryZoomLevel: ({ fit }) => zoomLevels(fit, devicePixelRatio).secondary,
      maxZoomLevel: ({ fit }) => zoomLevels(fit, devicePixelRatio).max,
      showHideAnimationType: this.#still ? 'none' : fromTile ? 'zoom' : 'fade',
      showAnimationDuration: swift,
      hideAnimationDuration: swift,
      zoomAnimationDuration: this.#still ? 0 : swift,
    });
    this.#slides();
    this.#pictures();
    this.#motion();
    this.#pswp.init();
    // It is part of a dialog that has a name, and is not one itself.
    this.#pswp.element?.removeAttribute('role');
    this.#pswp.element?.removeAttribute('tabindex');
    // The label under the picture tells what is seen.
    this.#pswp.container?.removeAttribute('aria-live');
  }

  /** Shows what is to be seen now: another photo, or the same one, elsewhere in its page by now, or turned. */
  show(seen: Seen): void {
    this.#seen = seen;
    clearTimeout(this.#again);
    const pswp = this.#pswp;
    if (!pswp.opener.isOpen) return;
    this.#name();
    const number = this.#number();
    const here = idOf(pswp.currSlide?.data) === seen.id;
    if (pswp.mainScroll.isShifted() && (here || number === pswp.potentialIndex)) {
      // A finger or a spring has it.
      this.#again = setTimeout(() => {
        this.show(this.#seen);
      }, 100);
      return;
    }
    if (here) this.#renumber(number);
    else if (!seen.place && !seen.photo) return;
    else if (Math.abs(number - pswp.potentialIndex) === 1) {
      pswp.mainScroll.moveIndexBy(number - pswp.potentialIndex, !this.#still);
      return;
    } else this.#renumber(number);
    for (const step of [0, -1, 1]) this.#refresh(number + step);
  }

  resize(): void {
    this.#pswp.updateSize();
  }

  close(): void {
    if (this.#pswp.opener.isOpen) this.#pswp.close();
    else this.told.closed();
  }

  /** Without a word: what it is on is leaving. */
  destroy(): void {
    this.#gone = true;
    clearTimeout(this.#again);
    this.#pswp.animations.stopAll();
    this.#pswp.isDestroying = true;
    this.#pswp.destroy();
    for (const release of this.#releases.values()) release();
  }

  /** To real pixels and back. */
  toggleZoom(): void {
    this.#pswp.currSlide?.toggleZoom();
  }

  zoomBy(factor: number): void {
    const slide = this.#pswp.currSlide;
    const least = slide?.zoomLevels.initial ?? 1;
    slide?.zoomTo(Math.max(least, slide.currZoomLevel * factor), undefined, this.#still ? 0 : swift);
  }

  get zoomed(): boolean {
    const slide = this.#pswp.currSlide;
    return slide !== undefined && slide.currZoomLevel > slide.zoomLevels.initial * 1.01;
  }

  fit(): void {
    const slide = this.#pswp.currSlide;
    slide?.zoomTo(slide.zoomLevels.initial, undefined, this.#still ? 0 : swift);
  }

  pan(x: number, y: number): void {
    const slide = this.#pswp.currSlide;
    if (slide?.isPannable()) slide.panTo(slide.pan.x - x, slide.pan.y - y);
  }

  #slides(): void {
    const pswp = this.#pswp;
    pswp.addFilter('numItems', () => (this.#seen.place ? this.#seen.library.total : 1));
    pswp.addFilter('itemData', (_, number) => this.#slideAt(number) ?? {});
    // It grows from its tile, if that can be seen, and goes back to it.
    pswp.addFilter('thumbEl', (none, data) => {
      const id = idOf(data);
      const tile = id && document.querySelector<HTMLElement>(`a[data-id="${id}"] img`);
      const { top = 0, bottom = 0 } = (tile || undefined)?.getBoundingClientRect() ?? {};
      // Its types do not know that there may be none.
      return (tile && bottom > 0 && top < innerHeight ? tile : none) as HTMLElement;
    });
    pswp.addFilter('placeholderSrc', (given, content) => given || placeholder(hashOf(content.data)) || false);
    pswp.on('change', () => {
      this.#changed();
    });
  }

  #pictures(): void {
    const pswp = this.#pswp;
    // A tenth less is not seen.
    pswp.addFilter('srcsetSizesWidth', (width) => Math.ceil(width * 0.9));
    pswp.on('contentLoadImage', (event) => {
      event.preventDefault();
      this.#load(event.content);
    });
    pswp.on('contentAppend', ({ content }) => {
      const blur = content.isImageContent() ? null : placeholder(hashOf(content.data));
      if (blur && content.element) content.element.style.background = `url(${blur}) center / cover`;
    });
    pswp.on('contentDestroy', ({ content }) => {
      this.#releases.get(content)?.();
      this.#releases.delete(content);
    });
    pswp.on('imageSizeChange', ({ slide, width, content }) => {
      if (slide.isActive) this.#sharpen(content, width);
    });
  }

  #motion(): void {
    const pswp = this.#pswp;
    const { told } = this;
    // The viewer has keys of its own.
    pswp.on('keydown', (event) => {
      event.preventDefault();
    });
    pswp.on('openingAnimationEnd', () => {
      told.covered(true);
      this.show(this.#seen);
    });
    for (const name of ['verticalDrag', 'pinchClose', 'close'] as const) {
      pswp.on(name, () => {
        told.covered(false);
      });
    }
    pswp.on('pointerUp', () => {
      if (!pswp.isDestroying && pswp.opener.isOpen)
        setTimeout(() => {
          if (!pswp.isDestroying) told.covered(true);
        }, swift);
    });
    pswp.on('zoomPanUpdate', ({ slide }) => {
      told.zoomed(slide.currZoomLevel > slide.zoomLevels.initial * 1.01);
    });
    pswp.on('destroy', () => {
      if (!this.#gone) told.closed();
    });
  }

  /** An image that fails is asked for again; PhotoSwipe would give it up. */
  #load(content: Content): void {
    const image = content.element as HTMLImageElement;
    content.updateSrcsetSizes();
    image.alt = '';
    image.srcset = content.data.srcset ?? '';
    image.src = content.data.src ?? '';
    content.state = 'loading';
    image.onload = () => {
      image.classList.add('seen');
      content.onLoaded();
    };
    image.onerror = () => {
      // The file itself is not to be had: what was there before was sharp enough.
      if (image.dataset['original']) image.srcset = content.data.srcset ?? '';
    };
    this.#releases.set(content, persistent(image) as () => void);
    this.#name();
  }

  #sharpen(content: Content, width: number): void {
    const { photo, mine } = this.#seen;
    const image = content.element;
    if (!(image instanceof HTMLImageElement) || !photo || !mine || image.dataset['original']) return;
    const data = content.data as Slide;
    if (data.id !== photo.id || width <= sharpUpTo(data, devicePixelRatio)) return;
    const original = originalFor(photo);
    if (!original) return;
    image.dataset['original'] = 'true';
    image.srcset += `, ${original}`;
  }

  /** Only the one that is seen has a name: its neighbours are beside the window. */
  #name(): void {
    for (const { slide } of this.#pswp.mainScroll.itemHolders) {
      const image = slide?.content.element;
      if (!(image instanceof HTMLImageElement)) continue;
      image.alt = slide?.isActive && idOf(slide.data) === this.#seen.id ? this.#seen.label : '';
    }
  }

  #changed(): void {
    const pswp = this.#pswp;
    this.#name();
    if (!pswp.opener.isOpen) return;
    const place = this.#seen.library.at(pswp.currIndex);
    const id = idOf(pswp.currSlide?.data);
    if (id === this.#seen.id || !this.#seen.place || !place) return;
    if (id !== undefined) this.told.moved(place);
    else {
      const { library } = this.#seen;
      void library.loadBlock(place.block).then(() => {
        if (!this.#gone && !pswp.isDestroying && slideOf(place)) pswp.refreshSlideContent(pswp.currIndex);
      });
    }
  }

  #number(): number {
    const { place, library } = this.#seen;
    return place ? Math.max(0, library.numberOf(place)) : 0;
  }

  /** What the photo says itself is newer than what its page says. */
  #slideAt(number: number): Slide | null {
    const { place, photo, library } = this.#seen;
    if (photo && (!place || number === this.#number())) return slideOfPhoto(photo);
    const at = place && library.at(number);
    return at ? slideOf(at) : null;
  }

  /** The same slides stand at other numbers now. */
  #renumber(number: number): void {
    const pswp = this.#pswp;
    const shift = number - pswp.currIndex;
    if (shift === 0) return;
    pswp.currIndex = number;
    pswp.potentialIndex = number;
    for (const { slide } of pswp.mainScroll.itemHolders) {
      if (!slide) continue;
      slide.index += shift;
    }
    for (const content of pswp.contentLoader._cachedItems) content.index += shift;
  }

  #refresh(number: number): void {
    const pswp = this.#pswp;
    const holder = pswp.mainScroll.itemHolders[number - pswp.currIndex + 1];
    const wanted = this.#slideAt(number);
    const shown = holder?.slide?.data as Partial<Slide> | undefined;
    if (shown?.id === wanted?.id && shown?.key === wanted?.key && shown?.src === wanted?.src) return;
    const old = holder?.slide?.content;
    pswp.refreshSlideContent(number);
    old?.destroy();
    // PhotoSwipe shows neighbours only when it moves or opens.
    if (holder) holder.el.style.display = 'block';
  }
}

function idOf(data: unknown): string | undefined {
  return (data as Partial<Slide> | undefined)?.id;
}

function hashOf(data: unknown): string | null {
  return (data as Partial<Slide> | undefined)?.hash ?? null;
}
