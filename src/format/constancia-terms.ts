/** The closed words of a constancia. They stand by themselves: the page that writes one need not know how it is read. */

/** What kept a file of the site from being the signed one. */
export const DIFFERENCES = ['altered', 'stale', 'missing', 'blocked', 'redirected', 'failed'] as const;

/** What the reader's browser may have left unchecked, in the order in which it is told. */
export const NOT_CHECKED = [
  'anchor',
  'newer',
  'site',
  'rest',
  'unserved',
  'recibos',
  'packages',
  'others',
  'truth',
  'page',
] as const;
export type NotChecked = (typeof NOT_CHECKED)[number];
