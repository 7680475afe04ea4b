import { messageOf } from '../../format/thrown.ts';
import type { Asking } from './asking.ts';
import type { SftpLink } from './sftp-link.ts';
import { statusIn } from './status.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * What a node answers over SFTP that stands has a status or the kind of value that was asked for. What has neither is the
 * node's failure or the link's, never that of whoever asked; ssh2 looks at neither: it ends a request in words of its own
 * where the node closed SFTP while it owed the answer, and hands on whatever came in the place of a handle.
 */

/** Requests that end without an answer end with the link. */
export function answering({ ask }: Pick<Asking, 'ask'>): Pick<Asking, 'ask' | 'order'> {
  const named = (error: Error | null | undefined) =>
    error && statusIn(error) === null ? new Trouble('connection-lost', words.lost(error.message), { cause: error }) : error;
  return {
    async ask<T>(start: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
      return ask<T>((done) => start((error, value) => done(named(error), value)));
    },
    order: (start) => ask<undefined>((done) => start((error) => done(named(error), undefined))),
  };
}

/** A link whose every answer is what was asked for: another one is `node-failed`. What reads our own file says so itself. */
export function onlyAnswers(link: SftpLink): SftpLink {
  const checked =
    <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await method(...args);
      } catch (error) {
        if (error instanceof Trouble || statusIn(error) !== null) throw error;
        throw new Trouble('node-failed', words.otherAnswer(messageOf(error)), { cause: error });
      }
    };
  return {
    ...link,
    find: checked((...asked) => link.find(...asked)),
    list: checked((...asked) => link.list(...asked)),
    read: checked((...asked) => link.read(...asked)),
    makeFolder: checked((...asked) => link.makeFolder(...asked)),
    remove: checked((...asked) => link.remove(...asked)),
    removeFolder: checked((...asked) => link.removeFolder(...asked)),
    readOver: checked((...asked) => link.readOver(...asked)),
    rename: checked((...asked) => link.rename(...asked)),
    space: checked((...asked) => link.space(...asked)),
  };
}
