import { codeOf, messageOf } from '../../format/thrown.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** Whose trouble it is that a connection could not be made: a node's, or this machine's. */

/** What this machine lacks or forbids before anything is sent: descriptors, memory, ports, its network, its firewall. */
const OWN: ReadonlySet<string | undefined> = new Set<string>([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'EACCES',
  'EPERM',
]);

/**
 * Names the trouble of a connection that could not be made. With several addresses it is ours only if all of them failed
 * by us; one to which no way leads (IPv6 where there is none) says nothing.
 */
export function noConnection(place: string, error: unknown): Trouble {
  const errors = errorsOf(error);
  const why = [...new Set(errors.map((one) => codeOf(one) ?? messageOf(one)))].join(', ');
  if (isOwnFailure(error)) return new Trouble('iec-failed', words.ownConnection(place, why), { cause: error });
  return new Trouble('unreachable', words.noConnection(place, why), { cause: error });
}

/** Whether it is this machine's own trouble that a connection could not be made, as far as its error tells. */
export function isOwnFailure(error: unknown): boolean {
  const tried = errorsOf(error).filter((one) => codeOf(one) !== 'ENETUNREACH');
  return tried.length > 0 && tried.every((one) => OWN.has(codeOf(one)));
}

function errorsOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
