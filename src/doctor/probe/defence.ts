import type { DefenceFacts, Detector, Firewall } from '../judge/defence.ts';
import { type Known, known, unknown } from '../known.ts';
import type { Looker } from './looker.ts';
import { activeUnits } from './units.ts';
import { words } from './words.ts';

/** Looks at the packet filter and at what detects intruders. @param sshPorts of the IEC's entrance */
export async function probeDefence(look: Looker, sshPorts: readonly number[]): Promise<DefenceFacts> {
  const [firewall, detectors] = await Promise.all([firewallOf(look), detectorsOf(look)]);
  return { sshPorts, firewall, detectors };
}

async function firewallOf(look: Looker): Promise<Known<Firewall>> {
  const nft = await look.ask('nft', ['list', 'ruleset']);
  const byNft = 'known' in nft && nft.known.status === 0 ? nftIn(nft.known.stdout) : null;
  if (byNft && (byNft.rules.length > 0 || byNft.dropsByDefault)) return known(byNft);
  // Rules of the old kernel interface are not among those of nft.
  const old = await look.ask('iptables-save', ['-t', 'filter']);
  const byIptables = 'known' in old && old.known.status === 0 ? iptablesIn(old.known.stdout) : null;
  if (byIptables && (byIptables.rules.length > 0 || byIptables.dropsByDefault)) return known(byIptables);
  const empty = byNft ?? byIptables;
  if (empty) return known(empty);
  if ('unknown' in nft && 'unknown' in old) return nft;
  return unknown(words.onlyRootFirewall);
}

interface Chain {
  readonly rules: string[];
  isInput: boolean;
  drops: boolean;
}

/**
 * Of `nft list ruleset`: every chain that looks at packets for this machine, and those that it leads to. What fail2ban has
 * banned for a while closes a port to nobody else, and is no firewall. @internal
 */
export function nftIn(text: string): Firewall {
  const tables: Map<string, Chain>[] = [];
  let chain: Chain | null = null;
  let isBans = false;
  for (const line of text.split('\n').map((row) => row.trim())) {
    const [, name] = /^chain (\S+) \{/.exec(line) ?? [];
    if (line.startsWith('table ')) {
      isBans = /^table \w+ f2b-/.test(line);
      tables.push(new Map());
    } else if (isBans) continue;
    else if (name !== undefined) {
      chain = { rules: [], isInput: false, drops: false };
      tables.at(-1)?.set(name, chain);
    } else if (line === '}') chain = null;
    else if (chain && /\bhook input\b/.test(line)) {
      chain.isInput = true;
      chain.drops = /\bpolicy drop\b/.test(line);
    } else if (chain && line !== '' && !/^type \w+ hook /.test(line)) chain.rules.push(line);
  }
  const rules = new Set<string>();
  const follow = (own: readonly string[], table: ReadonlyMap<string, Chain>) => {
    for (const rule of own) {
      if (rules.has(rule)) continue;
      rules.add(rule);
      const [, next] = /\b(?:jump|goto) (\S+)/.exec(rule) ?? [];
      follow(table.get(next ?? '')?.rules ?? [], table);
    }
  };
  const inputs = tables.flatMap((table) => [...table.values()].filter(({ isInput }) => isInput).map((input) => ({ input, table })));
  for (const { input, table } of inputs) follow(input.rules, table);
  return { by: 'nft', dropsByDefault: inputs.some(({ input }) => input.drops), rules: [...rules] };
}

/** Of `iptables-save -t filter`. @internal */
export function iptablesIn(text: string): Firewall {
  const lines = text.split('\n');
  const rules = lines.filter(
    (line) => line.startsWith('-A ') && !/^-A (FORWARD|OUTPUT|DOCKER\S*)\b/.test(line) && !line.includes('f2b-'),
  );
  const dropsByDefault = lines.some((line) => /^:INPUT (DROP|REJECT)\b/.test(line));
  return { by: 'iptables', dropsByDefault, rules };
}

/** What Debian and the makers call the services that look for intruders. */
const DETECTORS = ['fail2ban', 'crowdsec', 'suricata', 'snort', 'wazuh-agent', 'ossec', 'ossec-hids', 'sshguard'];

async function detectorsOf(look: Looker): Promise<Known<readonly Detector[]>> {
  const [units, jails] = await Promise.all([activeUnits(look, DETECTORS), look.ask('fail2ban-client', ['status'])]);
  const watches = 'known' in jails && jails.known.status === 0 ? jailsIn(jails.known.stdout) : null;
  const found = 'known' in units ? units.known : [];
  if (watches !== null && !found.some(({ name }) => name === 'fail2ban'))
    return known([{ name: 'fail2ban', isActive: true, watches }]);
  if (!('known' in units)) return units;
  return known(found.map(({ name, isActive }) => ({ name, isActive, watches: name === 'fail2ban' && isActive ? watches : null })));
}

/** Of `fail2ban-client status`. @internal */
export function jailsIn(text: string): string[] {
  const [, list = ''] = /Jail list:\s*(.*)$/m.exec(text) ?? [];
  return list.split(/[,\s]+/).filter((name) => name !== '');
}
