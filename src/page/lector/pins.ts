import { type Pin, readPins } from './kept.ts';
import type { Client } from './scope.ts';
import type { Store } from './store.ts';

/**
 * Which corte each document is of. A document and all that it asks for are of one corte, for as long as it is open, even if
 * the browser ends the worker in between: so a pin is kept before the document is answered.
 */
export interface Pins {
  of(clientId: string): Pin | null;
  set(clientId: string, pin: Pin): Promise<void>;
  clear(): Promise<void>;
}

/** As many documents as a reader could have open; beyond them the oldest are forgotten. */
const MOST = 256;
const NAME = 'documentos';

export async function openPins(store: Store): Promise<Pins> {
  const pins = new Map<string, Pin>(readPins(await store.get(NAME)).slice(-MOST));
  return {
    of: (clientId) => pins.get(clientId) ?? null,
    async set(clientId, pin) {
      if (isSame(pins.get(clientId), pin)) return;
      pins.delete(clientId);
      pins.set(clientId, pin);
      for (const oldest of [...pins.keys()].slice(0, -MOST)) pins.delete(oldest);
      await store.put(NAME, [...pins]);
    },
    async clear() {
      pins.clear();
      await store.delete(NAME);
    },
  };
}

function isSame(one: Pin | undefined, other: Pin): boolean {
  const { phase, number, sha256, marco, path } = other;
  return one?.sha256 === sha256 && one.phase === phase && one.number === number && one.marco === marco && one.path === path;
}

/** Who asks, as far as a browser says. */
export interface Asking {
  readonly clientId: string;
  /** the address of the document that asks, or of the one that leads here; empty where it is not told */
  readonly referrer: string;
}

/**
 * The pin of who asks. Firefox does not say which document a navigation leaves, and neither says whose is a document without
 * an address of its own: then it is the corte of the document at the referring address, or of all that are open, if there is
 * but one.
 * @param open the documents that are open
 * @returns `several` where it could be of more than one corte, null where nothing is open
 */
export function pinFor(pins: Pick<Pins, 'of'>, { clientId, referrer }: Asking, open: readonly Client[]): Pin | 'several' | null {
  const own = pins.of(clientId);
  if (own) return own;
  const pinned = open.flatMap((client) => {
    const pin = client.frameType === 'nested' ? pins.of(client.id) : null;
    return pin ? [{ url: client.url, pin }] : [];
  });
  const referring = pinned.filter(({ url }) => isAt(referrer, url));
  if (pinned.length === 0) return null;
  return onlyOne((referring.length > 0 ? referring : pinned).map(({ pin }) => pin)) ?? 'several';
}

/**
 * The pin of the document that asks for one of its parts. One that has an address and no pin has lost it: what others are of
 * says nothing of it. One without an address, or that is only being made, is of the corte of the document that it is in.
 * @param open the documents that are open, the one that asks among them
 * @returns `several` where it would be guessed, null where it has none
 */
export function pinOfPart(pins: Pick<Pins, 'of'>, asking: Asking, open: readonly Client[]): Pin | 'several' | null {
  const own = pins.of(asking.clientId);
  if (own) return own;
  const asks = open.find(({ id }) => id === asking.clientId);
  if (asks && /^https?:/.test(asks.url)) return null;
  const around = open.filter(({ frameType, url }) => frameType === 'nested' && isAt(asking.referrer, url));
  return around.some(({ id }) => pins.of(id) === null) ? 'several' : pinFor(pins, asking, open);
}

function isAt(referrer: string, url: string): boolean {
  return referrer !== '' && url.split('#')[0] === referrer.split('#')[0];
}

/**
 * The document in a frame of the bar: the one at this address that was opened in it, or that a link led to from one that was;
 * or, where a browser did not say from where a link led, the only one at this address.
 * @returns null where none is known, or two could be meant
 */
export function documentIn(
  pins: Pick<Pins, 'of'>,
  frame: { readonly marco: string; readonly url: string },
  open: readonly Client[],
): { readonly client: Client; readonly pin: Pin } | null {
  const pinned = open.flatMap((client) => {
    const pin = client.frameType === 'nested' ? pins.of(client.id) : null;
    return pin ? [{ client, pin }] : [];
  });
  const own = pinned.filter(({ pin }) => pin.marco === frame.marco);
  const atUrl = own.find(({ client }) => client.url === frame.url) ?? own.at(-1);
  if (atUrl) return atUrl;
  const unknown = pinned.filter(({ client, pin }) => pin.marco === '' && client.url === frame.url);
  return onlyOne(unknown.map(({ pin }) => pin)) ? (unknown[0] ?? null) : null;
}

function onlyOne(pins: readonly Pin[]): Pin | null {
  const [first, ...rest] = pins;
  if (!first || rest.some(({ sha256 }) => sha256 !== first.sha256)) return null;
  return rest.every(({ marco }) => marco === first.marco) ? first : { ...first, marco: '' };
}
