import type { ClientRequest, IncomingMessage } from 'node:http';
import { ToldError } from '../../format/said.ts';
import { newPace, TOTAL } from '../check/pace.ts';
import { shownUrl } from './http-get.ts';
import type { ProxyFor } from './proxies.ts';
import { isProxysOwn, ProxyTrouble, refusedBy } from './proxy-trouble.ts';
import { senderOf } from './sender.ts';
import { whyOf } from './why.ts';
import { words } from './words.ts';

/** One request and its whole answer, as mistrustful as the reader of http-get.ts: no redirect is followed, nothing is unpacked, and all of it has a total. */

export interface Order {
  /** what is posted; a GET where there is nothing */
  readonly post?: { readonly body: Uint8Array; readonly type: string };
  readonly proxyFor: ProxyFor;
  /** from the beginning to the last byte of the answer, ms */
  readonly totalMs: number;
  /** of the answer; what is over it is not read */
  readonly bytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Why there is no answer: the server answers another status than 200, with too much, or nothing whole in time. */
export type NoAnswerKind = 'status' | 'too-large' | 'silent' | 'unreachable';

export class NoAnswer extends ToldError {
  override readonly name = 'NoAnswer';
  readonly kind: NoAnswerKind;

  constructor(kind: NoAnswerKind, ...error: ConstructorParameters<typeof ToldError>) {
    super(...error);
    this.kind = kind;
  }
}

/** @returns the body of an answer with status 200 @throws NoAnswer; its words never hold what an address has of credentials */
export async function askOnce(url: URL, { post, proxyFor, totalMs, bytes, signal }: Order): Promise<Buffer> {
  const pace = newPace(TOTAL, () => performance.now());
  const sender = senderOf({ keepAlive: false }, undefined, { proxyFor, stall: totalMs, pace });
  const at = shownUrl(url);
  let request: ClientRequest | undefined;
  let end: () => void = () => {};
  const over = new Promise<never>((_, reject) => {
    end = () => reject(new NoAnswer('silent', words.noAnswerWithin(at, totalMs / 1000)));
  });
  over.catch(() => {}); // it may have been answered by then
  // A timer of our own: what AbortSignal.any() makes of a time limit is forgotten by Node 20 at the next collection of garbage.
  const timer = setTimeout(end, totalMs);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    const sent = sender.send(url, post ? { 'content-type': post.type } : {}, post?.body);
    request = sent.request;
    const broken = (error: unknown) => {
      const cause =
        sent.clear !== null && !(error instanceof ProxyTrouble)
          ? new ProxyTrouble(sent.clear, whyOf(sent.clear.host, error), true)
          : error;
      return new NoAnswer(
        'unreachable',
        whyOf(url.hostname, cause).map((why) => `${at}: ${why}`),
        { cause },
      );
    };
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.request.on('error', (error) => reject(broken(error)));
      sent.request.on('response', resolve);
    });
    answered.catch(() => {}); // the total may have been quicker
    const response = await Promise.race([answered, over]);
    const status = response.statusCode ?? 0;
    if (sent.clear !== null && isProxysOwn(status, response.headers)) throw broken(refusedBy(sent.clear, status));
    if (status !== 200) throw new NoAnswer('status', words.status(at, status));
    const whole = bodyOf(response, bytes, at).catch((error: unknown) => {
      throw error instanceof NoAnswer ? error : broken(error);
    });
    whole.catch(() => {});
    return await Promise.race([whole, over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    request?.destroy();
    sender.close();
  }
}

async function bodyOf(response: IncomingMessage, limit: number, at: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new NoAnswer('too-large', words.tooLarge(at, limit));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
