// Which of the four sizes of a picture fits.
import type { Photo } from '../api/client';

const longestEdge = { s: 320, m: 640, l: 1280, xl: 2560 };
export type VariantName = keyof typeof longestEdge;

/** The smallest of `names` that fills the box (CSS pixels, longest edge) at this density; a tenth less is not seen. */
export function variantFor(names: readonly VariantName[], edge: number, density: number): VariantName {
  const wanted = edge * density * 0.9;
  return names.find((name) => longestEdge[name] >= wanted) ?? names[names.length - 1] ?? 'm';
}

export function edgeOf(name: VariantName): number {
  return longestEdge[name];
}

export function mediaUrl(key: string, variant: VariantName): string {
  return `/media/${key}/${variant}.webp`;
}

/** "FUJIFILM X-T3 · XF23mmF2 · 23 mm · f/5.6 · 1/250 s · ISO 200", of what is known. */
export function cameraLine(camera: Photo['camera'], number: (value: number) => string): string {
  const { make, model, lens, focal_length_mm, aperture, exposure_s, iso } = camera;
  const body =
    model && make && !model.toLowerCase().startsWith(make.toLowerCase())
      ? `${make} ${model}`
      : (model ?? make);
  return [
    body,
    lens,
    focal_length_mm && `${number(Math.round(focal_length_mm * 10) / 10)} mm`,
    aperture && `f/${number(aperture)}`,
    exposure_s && `${exposure_s < 0.4 ? `1/${number(Math.round(1 / exposure_s))}` : number(exposure_s)} s`,
    iso && `ISO ${String(iso)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
