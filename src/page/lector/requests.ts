import { redirect, sayAnswer, shellAnswer } from './answers.ts';
import type { HeldCorte } from './cortes.ts';
import { sayOf } from './document-mark.ts';
import type { Pin } from './kept.ts';
import type { Lector } from './lector.ts';
import type { Entrega } from './messages.ts';
import { readOpening } from './openings.ts';
import { pinFor, pinOfPart } from './pins.ts';
import { answerOf } from './publication.ts';
import { type Client, type FetchAsked, isBar, type LectorScope } from './scope.ts';
import { words } from './words.ts';

/** What of all that a browser asks is answered with what. */

/**
 * @param shell the bar's page; null where it can't be had
 * @param isFormerTold whether this browser says which document a navigation leaves
 * @returns an answer in any case: nothing that a document asks for comes from the network unverified. The worker's own
 *   script is fetched by the browser past the worker
 */
export function answerFetch(
  event: FetchAsked,
  scope: Pick<LectorScope, 'clients' | 'location'>,
  lector: () => Promise<Lector>,
  shell: () => Promise<Uint8Array<ArrayBuffer> | null>,
  isFormerTold: boolean,
): Promise<Response> {
  const { request, clientId, resultingClientId } = event;
  const url = new URL(request.url);
  // What a page shows can't come from elsewhere. Its policy says so too; the worker does not depend on it.
  if (url.origin !== scope.location.origin) return Promise.resolve(Response.error());
  const isNavigation = request.mode === 'navigate';
  if (isNavigation && request.destination === 'document')
    return shell().then((html) => (html ? shellAnswer(html) : fetch(request)));
  return isNavigation ? navigated() : asked();

  async function navigated(): Promise<Response> {
    const open = await lector();
    const { language } = open.publication;
    const opening = readOpening(url);
    if (opening) {
      const held = opening.isKept ? open.kept() : await open.chosen(opening);
      if (!held) return sayAnswer(503, words.noCorte, language);
      const pin = pinOf(held, opening.marco, new URL(opening.to, url).pathname);
      announce(pin, await scope.clients.matchAll({ type: 'window' }));
      await open.pins.set(resultingClientId, pin);
      return redirect(opening.to);
    }
    // The address that a frame was opened at leads here with the same id; any other document is of the corte of the one
    // that it takes the place of.
    const clients = await scope.clients.matchAll({ type: 'window' });
    const found = open.pins.of(resultingClientId) ?? pinFor(open.pins, { clientId, referrer: request.referrer }, clients);
    if (found === 'several' && !takesAPlace(clients)) return sayAnswer(503, words.gone, language);
    const former = found === 'several' ? null : found;
    const held = former === null ? await open.chosen({ phase: null, number: null }) : null;
    const pin = former ?? (held && pinOf(held, '', url.pathname));
    if (!pin) return sayAnswer(503, words.noCorte, language);
    if (!open.pins.of(resultingClientId)) announce(pin, clients);
    await open.pins.set(resultingClientId, { ...pin, path: url.pathname });
    const answer = await answerOf(open.publication, pin, resultingClientId, url, null);
    const documento = pin.marco === '' ? null : await open.documento(resultingClientId, pin);
    const say = documento && sayOf(resultingClientId, documento);
    if (say !== null) answer.headers.set('Server-Timing', say);
    return answer;
  }

  /** Tells the bars which document comes, long before it does: in a busy page a message waits behind what is there already. */
  function announce({ marco }: Pin, clients: readonly Client[]): void {
    const entrega: Entrega = { type: 'cotejo/entrega', marco, mark: resultingClientId };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's client, which is of this origin
    for (const client of marco === '' ? [] : clients) if (isBar(client)) client.postMessage(entrega);
  }

  /**
   * Whether the document is surely not a frame of another one, which must be of that one's corte. Where Firefox opens a frame
   * its document was there before, empty; of other browsers it is not known.
   */
  function takesAPlace(clients: readonly Client[]): boolean {
    return !isFormerTold && clients.every(({ id }) => id !== resultingClientId);
  }

  async function asked(): Promise<Response> {
    const open = await lector();
    const { language } = open.publication;
    const client = await scope.clients.get(clientId);
    if (client && client.frameType !== 'nested') return sayAnswer(404, words.nothing, language);
    const clients = await scope.clients.matchAll({ type: 'window' });
    const pin = pinOfPart(open.pins, { clientId, referrer: request.referrer }, clients);
    if (!pin || pin === 'several') return sayAnswer(503, words.gone, language);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sayAnswer(405, words.nothing, language);
    return answerOf(open.publication, pin, clientId, url, request.headers.get('range'));
  }
}

function pinOf({ corte: { statement, sha256 } }: HeldCorte, marco: string, path: string): Pin {
  return { phase: statement.phase, number: statement.number, sha256, marco, path };
}
