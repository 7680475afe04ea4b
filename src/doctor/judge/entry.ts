import type { PublicKey } from '../../format/key.ts';
import { fingerprint } from '../../format/key.ts';
import { type Check, checkOf, type Found, fails, judged, meets, notKnown } from '../check.ts';
import type { Known } from '../known.ts';

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
      says.startsWith('SSH-2.0-') ? meets(`puerto ${port}: ${says}`) : fails(`puerto ${port}: no contesta como SSH`),
    ),
  );
  if (kind === 'integrada') {
    const own =
      iecKeys.length > 0 ? meets(`entrada integrada: ${iecKeys.map(fingerprint).join(', ')}`) : fails('entrada integrada: ninguna');
    return [
      checkOf('ssh-llave', own.verdict === 'cumple' ? own : { ...own, remedy: 'iec_keys en [sftp] de difusor.toml' }),
      answers,
    ];
  }
  return [
    checkOf(
      'ssh-encierro',
      judged(settings, (said) => judgeJail(said, jail)),
    ),
    checkOf(
      'ssh-acceso',
      judged(settings, (said) => judgeSettings(said, ACCESS, 'sólo con llave')),
    ),
    checkOf(
      'ssh-reenvios',
      judged(settings, (said) => judgeSettings(said, said.get('disableforwarding') === 'yes' ? SESSION : FORWARDING, 'ninguno')),
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
  if (root === 'none') return fails('sin encierro: la cuenta ve todo el servidor');
  if (root !== jail) return fails(`encerrada en ${root}; su carpeta es ${jail}`);
  if (!/^internal-sftp(\s|$)/.test(command)) return fails(`puede ejecutar: ${command}`);
  const [, allowed] = /\s-p\s+(\S+)/.exec(command) ?? [];
  if (allowed === undefined) return fails('SFTP sin lista de lo que se permite (-p)');
  const loose = allowed
    .split(',')
    .filter((name) => ['setstat', 'fsetstat', 'lsetstat', 'symlink', 'hardlink', 'readlink'].includes(name));
  if (loose.length > 0) return fails(`SFTP permite ${loose.join(', ')}`);
  if (!/\s-u\s+0?4\d\d(\s|$)/.test(command)) return fails('lo que entrega puede volver a leerlo (-u 0407)');
  return meets(`encerrada en ${root}, sólo SFTP`);
}

function judgeSettings(said: SshSettings, wanted: Readonly<Record<string, RegExp>>, good: string): Found {
  const wrong = Object.entries(wanted)
    .map(([name, value]) => [name, said.get(name), value] as const)
    .filter(([, value, right]) => value !== undefined && !right.test(value))
    .map(([name, value]) => `${name} ${value}`);
  return wrong.length === 0 ? meets(good) : fails(wrong.join(', '));
}

function judgeKeys({ file, keys, isRootsAlone }: AuthorizedKeys, iecKeys: readonly PublicKey[]): Found {
  if (!isRootsAlone) return fails(`${file}: no sólo root puede escribirlo`, `chown root ${file} && chmod 644 ${file}`);
  if (keys.length === 0) return fails(`${file}: ninguna llave`);
  if (iecKeys.length === 0) {
    const found = keys.map(({ key }) => (key === null ? 'otra clase de llave' : fingerprint(key))).join(', ');
    return notKnown(
      `${found}; la configuración no dice cuál es la del IEC`,
      'iec_keys = ["ssh-ed25519 …"] en [sftp] de difusor.toml',
    );
  }
  const strange = keys.filter(({ key }) => key === null || !iecKeys.includes(key));
  const [first] = strange;
  if (first) {
    const what = first.key === null ? `una línea que no es una llave ssh-ed25519` : fingerprint(first.key);
    return fails(`${file} autoriza además ${what}`);
  }
  return meets(keys.map(({ key }) => fingerprint(key ?? '')).join(', '));
}
