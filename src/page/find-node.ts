import { LIMITS } from '../format/limits.ts';
import { PADRON_FILE, parsePadron } from '../format/padron.ts';
import { POINTER } from '../format/pointer.ts';
import { Refusal } from '../format/refusal.ts';
import { SITE_NAME } from '../format/site-names.ts';
import { nodeInPadron } from './padron-node.ts';
import type { WebClient } from './web-get.ts';
import { WebTrouble } from './web-trouble.ts';

/**
 * Where the publication is, for a reader who gave the address of the portal, of a page below it or of the frame. What is
 * read here is signed by nobody and only says where to look; what is found there is checked as ever, and the reader is told
 * which address it was.
 */

/** Where the reader looked, and where the publication is. */
export interface FoundNode {
  readonly asked: URL;
  readonly site: URL;
}

/**
 * @param asked an address at which there is no chain
 * @param own the site that this page came from; null where it was opened from a file
 * @returns null where nothing else is known
 * @throws the signal's reason where the reader cancelled
 */
export async function findNode(client: Pick<WebClient, 'read'>, asked: URL, own: URL | null): Promise<FoundNode | null> {
  const root = new URL('/', asked);
  if (root.href !== asked.href && (await read(client, new URL(`${SITE_NAME}/${POINTER}`, root)))) return { asked, site: root };
  const padron = own && (await read(client, new URL(PADRON_FILE, own)));
  const site = padron && nodeNamed(padron, asked);
  return site && site.href !== asked.href ? { asked, site } : null;
}

function nodeNamed(bytes: Uint8Array, asked: URL): URL | null {
  try {
    return nodeInPadron(parsePadron(bytes), asked);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** A web page in the place of JSON is no answer. */
async function read(client: Pick<WebClient, 'read'>, url: URL): Promise<Uint8Array | null> {
  try {
    const bytes = await client.read(url, url.pathname, LIMITS.documentBytes);
    return bytes?.[0] === 0x7b ? bytes : null;
  } catch (error) {
    if (error instanceof Refusal || error instanceof WebTrouble) return null;
    throw error;
  }
}
