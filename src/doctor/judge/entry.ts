import type { PublicKey } from '../../format/key.ts';
import { fingerprint } from '../../format/key.ts';
import { type Said, said } from '../../format/said.ts';
import { type Check, checkOf, type Found, fails, joined, judged, meets, notKnown } from '../check.ts';
import type { Known } from '../known.ts';
import { words } from './words.ts';

/** The IEC's entrance: sshd as it would treat its account, or the built-in inbox. */

export interface EntryFacts {
  readonly kind: 'sshd' | 'integrada';
  /** what `sshd -T -C user=…` says, by the lower-case name of each setting */
  readonly settings: Known<SshSettings>;
  /** the lines of the file of authorized keys, and whether only root can write it */
  readonly authorized: Known<AuthorizedKeys>;
  /** the IEC's keys by the node's configuration */
  readonly iecKeys: readonly PublicKey[];
  /** where the inbox and outbox lie together: the account must not leave it */
  readonly jail: string;
  /** the first line that the port says */
  readonly banner: Known<{ readonly port: number; readonly says: string }>;
}

export type SshSettings = ReadonlyMap<string, string>;

export interface AuthorizedKeys {
  readonly file: string;
  readonly keys: readonly { readonly key: PublicKey | null; readonly line: string }[];
  readonly isRootsAlone: boolean;
}

/** What must be said, and what must not. What a version of sshd does not know it does not say, and it can't be on. */
const ACCESS: Readonly<Record<string, RegExp>> = {
  authenticationmethods: /^publickey$/,
  pubkeyauthentication: /^yes$/,
  passwordauthentication: /^no$/,
  kbdinteractiveauthentication: /^no$/,
  hostbasedauthentication: /^no$/,
  gssapiauthentication: /^no$/,
  permitemptypasswords: /^no$/,
  authorizedkeyscommand: /^none$/,
  authorizedprincipalsfile: /^none$/,
  trustedusercakeys: /^none$/,
};
/** What DisableForwarding does not cover. */
const SESSION: Readonly<Record<string, RegExp>> = {
  permittunnel: /^no$/,
  permittty: /^no$/,
  permituserrc: /^no$/,
};
const FORWARDING: Readonly<Record<string, RegExp>> = {
  allowtcpforwarding: /^no$/,
  allowagentforwarding: /^no$/,
  allowstreamlocalforwarding: /^no$/,
  x11forwarding: /^no$/,
  ...SESSION,
};

export function judgeEntry(facts: EntryFacts): Check[] {
  const { kind, settings, authorized, iecKeys, jail, banner } = facts;
  const answers = checkOf(
    'ssh-contesta',
    judged(banner, ({ port, says }) =>
      says.startsWith('SSH-2.0-') ? meets(words.portSays(port, says)) : fails(words.notSsh(port)),
    ),
  );
  if (kind === 'integrada') {
    const own = iecKeys.length > 0 ? meets(words.builtIn(iecKeys.map(fingerprint).join(', '))) : fails(words.builtInNone);
    return [checkOf('ssh-llave', own.verdict === 'cumple' ? own : { ...own, remedy: words.iecKeys }), answers];
  }
  return [
    checkOf(
      'ssh-encierro',
      judged(settings, (said) => judgeJail(said, jail)),
    ),
    checkOf(
      'ssh-acceso',
      judged(settings, (said) => judgeSettings(said, ACCESS, words.keyOnly)),
    ),
    checkOf(
      'ssh-reenvios',
      judged(settings, (said) => judgeSettings(said, said.get('disableforwarding') === 'yes' ? SESSION : FORWARDING, words.none)),
    ),
    checkOf(
      'ssh-llave',
      judged(authorized, (found) => judgeKeys(found, iecKeys)),
    ),
    answers,
  ];
}

function judgeJail(said: SshSettings, jail: string): Found {
  const root = said.get('chrootdirectory') ?? 'none';
  const command = said.get('forcecommand') ?? 'none';
  if (root === 'none') return fails(words.noJail);
  if (root !== jail) return fails(words.otherJail(root, jail));
  if (!/^internal-sftp(\s|$)/.test(command)) return fails(words.mayRun(command));
  const [, allowed] = /\s-p\s+(\S+)/.exec(command) ?? [];
  if (allowed === undefined) return fails(words.noList);
  const loose = allowed
    .split(',')
    .filter((name) => ['setstat', 'fsetstat', 'lsetstat', 'symlink', 'hardlink', 'readlink'].includes(name));
  if (loose.length > 0) return fails(words.allows(loose.join(', ')));
  if (!/\s-u\s+0?4\d\d(\s|$)/.test(command)) return fails(words.readsBack);
  return meets(words.jailed(root));
}

function judgeSettings(said: SshSettings, wanted: Readonly<Record<string, RegExp>>, good: Said): Found {
  const wrong = Object.entries(wanted)
    .map(([name, value]) => [name, said.get(name), value] as const)
    .filter(([, value, right]) => value !== undefined && !right.test(value))
    .map(([name, value]) => `${name} ${value}`);
  return wrong.length === 0 ? meets(good) : fails(wrong.join(', '));
}

function judgeKeys({ file, keys, isRootsAlone }: AuthorizedKeys, iecKeys: readonly PublicKey[]): Found {
  if (!isRootsAlone) return fails(words.notRoots(file), `chown root ${file} && chmod 644 ${file}`);
  if (keys.length === 0) return fails(words.noKey(file));
  if (iecKeys.length === 0) {
    const kinds = keys.map(({ key }) => (key === null ? words.otherKind : said(fingerprint(key))));
    const found = joined(kinds, ', ');
    return notKnown(words.whichIsIecs(found), words.iecKeysLine);
  }
  const strange = keys.filter(({ key }) => key === null || !iecKeys.includes(key));
  const [first] = strange;
  if (first) {
    const what = first.key === null ? words.notAKey : fingerprint(first.key);
    return fails(words.authorisesToo(file, what));
  }
  return meets(keys.map(({ key }) => fingerprint(key ?? '')).join(', '));
}
