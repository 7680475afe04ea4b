/**
 * The parts of a trouble's detail that need no translation: addresses, paths, names in quotes, error names, amounts. The
 * panel says in Spanish what happened and shows these beside it; the whole detail, in English, is in the log.
 */
const FACT = new RegExp(
  [
    '\\d{4}-\\d\\d-\\d\\dT\\S*', // an hour, which may be of another offset than the panel's: not shown
    '"[^"]{1,80}"', // something quoted
    'SHA256:[\\w+/]{20,}', // a fingerprint
    '\\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*\\]?(?::\\d+)?', // an address of version 6, with its port
    '(?<![\\w/])/?(?:[\\w.@+-]+/)+[\\w.@+-]+', // a path
    '(?:[\\w-]+\\.)+[a-z0-9-]+(?::\\d+)?', // a host, with or without its port
    '\\b[a-z][a-z0-9-]*-\\d{6}\\b', // a delivery
    '\\bcorte \\d+',
    '\\bE[A-Z]{3,}\\b', // an error of the system
    '-?\\d+(?:\\.\\d+)? ?(?:ms|s|bytes|kB|MB|MiB|GB|GiB|%)(?![\\w])', // an amount
  ].join('|'),
  'g',
);

/** How many are shown: the first say the most. */
const MOST = 4;

/** @returns each once, in the order in which the detail has them */
export function factsOf(detail: string): string[] {
  const found = (detail.match(FACT) ?? []).filter((fact) => !/^\d{4}-\d\d-\d\dT/.test(fact));
  return [...new Set(found.map(short))].slice(0, MOST);
}

/** Without its quotes; of a fingerprint, as much as tells two apart. */
function short(fact: string): string {
  return fact.startsWith('SHA256:') ? `${fact.slice(0, 19)}…` : fact.replace(/^"|"$/g, '');
}
