import * as v from 'valibot';
import { hash } from './document.ts';
import { decodeUtf8, encodeUtf8 } from './text.ts';

/**
 * What a lector was built with. It stands at the beginning of its service worker's file, so that another anchor, other
 * mirrors or another page are another worker, which a browser takes anew.
 */
const config = v.object({
  /** the texts of the trust document from which everything is checked, and of the signatures that came with it */
  anchor: v.object({ document: v.string(), signatures: v.array(v.string()) }),
  /** the first mirrors: an address of a site's folder, with its `/` */
  mirrors: v.array(v.object({ name: v.string(), url: v.string() })),
  /** SHA-256 of the page with the bar */
  shell: hash,
});

export type LectorConfig = v.InferOutput<typeof config>;

/** The name of the global variable of the worker that holds it. */
export const LECTOR_VARIABLE = 'COTEJO_LECTOR';

/** @returns the first line of the worker's file */
export function lectorPrologue(value: LectorConfig): string {
  return `self.${LECTOR_VARIABLE}=${JSON.stringify(value)};\n`;
}

/** @throws v.ValiError where it was not built by `cotejo lector build` */
export function readLectorConfig(value: unknown): LectorConfig {
  return v.parse(config, value);
}

/** The anchor and its signatures as they are checked. */
interface Anchor {
  readonly bytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

export function anchorIn({ anchor }: LectorConfig): Anchor {
  return { bytes: encodeUtf8(anchor.document), signatures: anchor.signatures.map(encodeUtf8) };
}

/** Both are text by their form, once they were checked. @returns null where one is none */
export function anchorTexts({ bytes, signatures }: Anchor): LectorConfig['anchor'] | null {
  const [document, ...texts] = [bytes, ...signatures].map(decodeUtf8);
  if (typeof document !== 'string') return null;
  return { document, signatures: texts.filter((text) => typeof text === 'string') };
}
