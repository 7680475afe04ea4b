import type { Trouble } from '../../../src/page/lector/messages.ts';
import { openReader, type Reader, type Site } from './reader.ts';
import { fileAt, type Publication } from './trial-site.ts';

/** A reader of a publication of the trial, and what he sees after a look. */

export function site(of: Publication): Site {
  return (path) => fileAt(of, path);
}

export function reader(
  of: Publication,
  sites: Readonly<Record<string, Site>>,
  more: Partial<Parameters<typeof openReader>[0]> = {},
) {
  const [anchor] = of.trusts;
  if (!anchor) throw new Error('there is no trust');
  return openReader({ anchor, sites, now: Date.now, ...more });
}

export async function looked({ lector }: Reader) {
  const { head, troubles, mirrors, ...rest } = await lector.busca();
  const states = Object.fromEntries(mirrors.map(({ name, state }) => [name, state]));
  return { ...rest, number: head?.number ?? null, troubles, kinds: kindsOf(troubles), states, head };
}

export function kindsOf(troubles: readonly Trouble[]): string[] {
  return troubles.map(({ kind }) => kind);
}
