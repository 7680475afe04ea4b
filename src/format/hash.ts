import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** A SHA-256 as the formats write it: 64 lower-case hexadecimal digits. */
export type Hash = string;

const HASH = /^[0-9a-f]{64}$/;

export function isHash(text: string): boolean {
  return HASH.test(text);
}

/**
 * The hash of bytes that are already in memory: documents, not content. It runs in Node and in a page that has no
 * secure context (where `crypto.subtle` is missing). Code that reads files hashes them with the platform's own, faster
 * code.
 */
export function hashOf(bytes: Uint8Array): Hash {
  return bytesToHex(sha256(bytes));
}

/** A hash in groups of eight digits, as people read it aloud. */
export function inGroups(hash: Hash): string[] {
  return hash.match(/.{8}/g) ?? [];
}
