import type { Trust } from '../format/trust.ts';

/**
 * A document's keys as OpenSSH's `allowed_signers`, by which `ssh-keygen -Y verify` checks cortes and trust documents
 * without this program. That file can't say which cortes a signer may sign: a comment stands over an ended one, and
 * one that may sign none is left out.
 */
export function allowedSigners({ signers, custodians }: Trust): string {
  const lines = signers
    .filter(({ first, last }) => last === null || last >= first)
    .flatMap(({ name, key, phase, first, last }) => [
      ...(last === null ? [] : [`# ${name} signs ${phase} from corte ${first} to ${last} and no other`]),
      `${name} namespaces="corte@cotejo" ${key}`,
    ]);
  return `${[...lines, ...custodians.map(({ name, key }) => `${name} namespaces="trust@cotejo" ${key}`)].join('\n')}\n`;
}
