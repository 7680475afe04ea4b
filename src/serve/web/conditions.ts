import type { IncomingHttpHeaders } from 'node:http';

/** Whether what a client has already is still good: RFC 9110, 13, as nginx implements it with `if_modified_since exact`. */

export interface Validators {
  /** with its quotes; never weak */
  readonly etag: string;
  /** milliseconds, of a whole second */
  readonly modified: number;
}

/** @returns 200 where the file is to be sent, 304 where the client has it, 412 where it asked for another one */
export function judgeConditions(headers: IncomingHttpHeaders, { etag, modified }: Validators): 200 | 304 | 412 {
  const unmodified = headers['if-unmodified-since'];
  if (unmodified !== undefined && !(Date.parse(unmodified) >= modified)) return 412;
  const match = headers['if-match'];
  if (match !== undefined && !isListed(etag, match, false)) return 412;
  const [noneMatch, since] = [headers['if-none-match'], headers['if-modified-since']];
  if (noneMatch === undefined && since === undefined) return 200;
  // Both conditions must hold; the hour must be exactly the one that was sent.
  if (since !== undefined && Date.parse(since) !== modified) return 200;
  return noneMatch === undefined || isListed(etag, noneMatch, true) ? 304 : 200;
}

/** Whether a part of the file fits what the client has of it (If-Range); without the header it does. */
export function isSameFile(ifRange: string | undefined, { etag, modified }: Validators): boolean {
  if (ifRange === undefined) return true;
  return ifRange.length > 1 && ifRange.endsWith('"') ? ifRange === etag : Date.parse(ifRange) === modified;
}

/** @param weakly whether a tag counts that became weak on its way (a compressing proxy does that) */
function isListed(etag: string, list: string, weakly: boolean): boolean {
  if (list.trim() === '*') return true;
  const tags = list.match(/(?:W\/)?"[^"]*"(?=[ \t]*(?:,|$))/g) ?? [];
  return tags.some((tag) => tag === etag || (weakly && tag === `W/${etag}`));
}
