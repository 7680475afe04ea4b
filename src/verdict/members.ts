import type { Hash } from '../format/hash.ts';
import { type Entry, type Manifest, newEntries } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import type { Statement } from '../format/statement.ts';
import { words } from './member-words.ts';

/** What a tar parser says of a member. The package's maker, who may be hostile, wrote all of it. */
export interface Member {
  readonly name: string;
  /** tar-stream's word for the kind: `file`, `symlink`, `directory` … */
  readonly type: string | null | undefined;
  /** bytes */
  readonly size: number;
}

/**
 * A10 as a judge that is told of the members one by one: before a member's content is read it says which entry it is,
 * and afterwards whether the content is that entry's. It opens nothing and writes nothing.
 */
export class MemberJudge {
  /** What the package must bring, in this order. */
  readonly wanted: readonly Entry[];
  private readonly positions: ReadonlyMap<string, number>;
  private readonly listed: ReadonlySet<string>;
  private readonly stated: Statement['package'];
  private last = -1;
  private files = 0;
  private bytes = 0;

  constructor(statement: Statement, manifest: Manifest, previous: Manifest) {
    this.wanted = newEntries(manifest, previous);
    this.positions = new Map(this.wanted.map(({ path }, i) => [path, i]));
    this.listed = new Set(manifest.map(({ path }) => path));
    this.stated = statement.package;
  }

  /** @throws Refusal `package-malformed`, `content-mismatch` (its size breaks what was stated) */
  announce(member: Member): Entry {
    const position = this.positions.get(member.name);
    const shown = JSON.stringify(member.name.slice(0, 120));
    if (member.type !== 'file') throw malformed(words.notRegular(shown, member.type ?? words.unknownKind));
    if (position === undefined) throw malformed(this.listed.has(member.name) ? words.notNew(shown) : words.notListed(shown));
    if (position <= this.last) throw malformed(words.outOfOrder(shown));
    this.last = position;
    this.files += 1;
    this.bytes += member.size;
    if (this.files > this.stated.files || this.bytes > this.stated.content_bytes) {
      throw new Refusal('content-mismatch', words.holdsMore);
    }
    return this.wanted[position]!;
  }

  /** @throws Refusal `content-mismatch` */
  confirm(entry: Entry, sha256: Hash): void {
    if (sha256 !== entry.sha256) throw new Refusal('content-mismatch', words.otherContent(JSON.stringify(entry.path)));
  }

  /**
   * @throws Refusal `content-mismatch` where less came than was stated, `content-missing` where a wanted member did not
   *   come
   */
  finish(): void {
    if (this.files !== this.stated.files || this.bytes !== this.stated.content_bytes) {
      throw new Refusal('content-mismatch', words.holdsLess);
    }
    if (this.files !== this.wanted.length) {
      throw new Refusal('content-missing', words.contentsMissing(this.wanted.length - this.files));
    }
  }
}

function malformed(detail: Said): Refusal {
  return new Refusal('package-malformed', detail);
}
