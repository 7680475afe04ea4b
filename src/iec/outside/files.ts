import { ToldError } from '../../format/said.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { BoundedClient } from './bounded-client.ts';
import { type Failure, failureOf, failureOfStatus } from './failure.ts';
import { lookAtFiles } from './sample.ts';

/** The files of one look, when its turn comes: the wait for it is the IEC's own, and counts as no site's silence. */

export interface FilesLook {
  /** whose total the wait is part of */
  readonly client: BoundedClient;
  /** with a total of time of its own, and what is left of the look's bytes */
  readonly filesClient: () => BoundedClient;
  readonly site: URL;
  readonly view: ChainView;
  /** which files were looked at last */
  readonly before: { readonly number: number; readonly pass: number };
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
}

interface Files {
  readonly failure: Failure | null;
  readonly pass: number;
  /** whether files of the corte came, all as it lists them */
  readonly isShown: boolean;
}

export const NO_FILES: Files = { failure: null, pass: 0, isShown: false };

/** Other files at each pass; the same ones again where something was wrong, so that two looks can be compared. */
export async function filesAt(look: FilesLook, base: URL, number: number, receipt: number | null): Promise<Files> {
  const { site, view, before, filesClient } = look;
  const pass = number === before.number ? before.pass : 0;
  const asked = async () => {
    const client = filesClient();
    try {
      const found = await lookAtFiles(client, base, view, { number, pass }, receipt);
      const busy = found.failure?.state === 'sin-respuesta' ? client.busy() : null;
      return busy === null ? found : { ...found, failure: failureOfStatus(busy) };
    } catch (error) {
      const busy = client.busy();
      if (busy === null || !(error instanceof ToldError)) throw error;
      return { failure: failureOfStatus(busy), same: 0 };
    } finally {
      client.close();
    }
  };
  try {
    const found = await inTurn(look, asked);
    if (found === null) return { ...NO_FILES, pass };
    const { failure, same } = found;
    const isShown = failure === null && same > 0;
    return { failure, isShown, pass: isShown ? pass + 1 : pass };
  } catch (error) {
    if (!(error instanceof ToldError)) throw error;
    return { failure: failureOf(error, site.hostname), pass, isShown: false };
  }
}

/** @returns null where the look's total was over before the turn came: the IEC's own queue says nothing of the site */
async function inTurn<T>({ client, turn }: FilesLook, work: () => Promise<T>): Promise<T | null> {
  let isLate = false;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const done = turn(async () => {
    if (isLate) return null;
    begin();
    return work();
  });
  done.catch(() => {}); // nobody may be waiting any more
  try {
    await client.patiently(() => begun);
  } catch (error) {
    if (!(error instanceof ToldError)) throw error;
    isLate = true;
    return null;
  }
  return done;
}
