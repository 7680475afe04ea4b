/**
 * What the frame and the portal's page around it tell each other. Both are strangers to each other: of a message nothing
 * is believed but what is read here, and it is only read if it came from the right window and the right origin.
 */

/** CSS pixels: a frame is never lower or higher than this, whatever is in it. What is higher scrolls inside. */
const HEIGHTS = Object.freeze({ least: 160, most: 100_000 });

/** No page and no screen is larger; pixels. */
const FAR = 10_000_000;

/** From `marco.html` to the page around it. */
export type ToPortal =
  /** it is there and wants to know what of it is seen */
  | { readonly type: 'cotejo/listo' }
  /** how high it is, in CSS pixels */
  | { readonly type: 'cotejo/alto'; readonly height: number }
  /** the reader went to another page of the publication: its beginning is to be seen */
  | { readonly type: 'cotejo/inicio' };

/** From the page around it to `marco.html`: what of the frame is seen, in CSS pixels from its top. */
export interface ToMarco {
  readonly type: 'cotejo/ventana';
  readonly top: number;
  readonly height: number;
}

/** @returns null for whatever is no such message */
export function readToPortal(data: unknown): ToPortal | null {
  const type = typeOf(data);
  if (type === 'cotejo/listo' || type === 'cotejo/inicio') return { type };
  const height = numberOf(data, 'height');
  return type === 'cotejo/alto' && height !== null ? { type, height: boundedHeight(height) } : null;
}

/** @returns null for whatever is no such message */
export function readToMarco(data: unknown): ToMarco | null {
  const [top, height] = [numberOf(data, 'top'), numberOf(data, 'height')];
  return typeOf(data) === 'cotejo/ventana' && top !== null && height !== null ? { type: 'cotejo/ventana', top, height } : null;
}

/** A height that a frame may have: whole pixels, within {@link HEIGHTS}. */
export function boundedHeight(pixels: number): number {
  if (!Number.isFinite(pixels)) return HEIGHTS.least;
  return Math.min(HEIGHTS.most, Math.max(HEIGHTS.least, Math.ceil(pixels)));
}

/**
 * Whether a page at this origin may be answered. The browser has shown the frame to no page that is not listed
 * (`frame-ancestors`); what has no origin of its own, a page from a disk for instance, is told nothing in any case.
 */
export function isWebOrigin(origin: string): boolean {
  return /^https?:\/\/[^/]+$/.test(origin);
}

/** @returns the origin of a frame of the portal's page, null where it is none of ours */
export function marcoOrigin(src: string): string | null {
  if (!URL.canParse(src)) return null;
  const { protocol, pathname, origin } = new URL(src);
  return /^https?:$/.test(protocol) && pathname === '/cotejo/marco.html' ? origin : null;
}

function typeOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('type' in data)) return null;
  return typeof data.type === 'string' ? data.type : null;
}

function numberOf(data: unknown, name: 'top' | 'height'): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const value: unknown = Object.getOwnPropertyDescriptor(data, name)?.value;
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= FAR ? value : null;
}
