/**
 * What the audit of a chain looks at, and what it does not, so that "good" and "not looked at" never look the same. The
 * words are closed: scripts rely on them. `newest` and `live` no chain can tell by itself, however it is audited.
 */
export type Look = (typeof LOOKS)[number];

const LOOKS = [
  'trust',
  'statements',
  'signatures',
  'links',
  /** every phase of the trust document, and not one alone */
  'phases',
  /** the manifests, the packages and the content of each file */
  'packages',
  /** the Difusores' receipts */
  'acuses',
  /** whether they are those of nodes that are known */
  'acuse-keys',
  /** which nodes signed that they publish a corte, by what the IEC publishes of their receipts */
  'recibos',
  /** by which hour each corte was there, by the word of authorities that the Institute does not command */
  'sellos',
  /** that there is no newer corte elsewhere */
  'newest',
  /** what web sites show */
  'live',
] as const;

export interface Looked<T = Look> {
  readonly checked: readonly T[];
  readonly not_checked: readonly T[];
}

/** @param all the closed words of one kind of audit, in the order in which they are told */
export function lookedBy<T>(all: readonly T[], isLooked: (one: T) => boolean): Looked<T> {
  return { checked: all.filter(isLooked), not_checked: all.filter((one) => !isLooked(one)) };
}

/** What of an audit was asked for. */
export interface Asked {
  readonly phase?: string | undefined;
  readonly packages?: boolean | undefined;
  readonly acuses: boolean;
  readonly acuseKeys: boolean;
  /** whether receipts were counted */
  readonly recibos?: boolean | undefined;
  /** whether there were time-stamp tokens, which were checked */
  readonly sellos?: boolean | undefined;
}

export function looksOf({ phase, packages = false, acuses, acuseKeys, recibos = false, sellos = false }: Asked): Looked {
  const isLooked: Readonly<Record<Look, boolean>> = {
    trust: true,
    statements: true,
    signatures: true,
    links: true,
    phases: phase === undefined,
    packages,
    acuses,
    'acuse-keys': acuses && acuseKeys,
    recibos,
    sellos,
    newest: false,
    live: false,
  };
  return lookedBy(LOOKS, (look) => isLooked[look]);
}
