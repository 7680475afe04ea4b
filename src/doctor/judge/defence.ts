import { type Check, checkOf, type Found, fails, judged, meets, notKnown } from '../check.ts';
import type { Known } from '../known.ts';
import { words } from './words.ts';

/** The wall around a node: the firewall of this machine, and what looks for intruders. */

export interface DefenceFacts {
  /** the ports of the IEC's entrance; empty where none is known */
  readonly sshPorts: readonly number[];
  readonly firewall: Known<Firewall>;
  readonly detectors: Known<readonly Detector[]>;
}

/** What a packet filter says of packets for this machine. */
export interface Firewall {
  readonly by: 'nft' | 'iptables';
  /** whether what no rule lets in is dropped */
  readonly dropsByDefault: boolean;
  /** the lines of rules that look at packets for this machine, as printed */
  readonly rules: readonly string[];
}

export interface Detector {
  /** `fail2ban`, `crowdsec` … */
  readonly name: string;
  readonly isActive: boolean;
  /** what it watches, where it says so; null where it does not */
  readonly watches: readonly string[] | null;
}

export function judgeDefence({ sshPorts, firewall, detectors }: DefenceFacts): Check[] {
  return [
    checkOf(
      'cortafuegos',
      judged(firewall, (rules) => judgeFirewall(rules, sshPorts)),
    ),
    checkOf('intrusos', judged(detectors, judgeDetectors)),
  ];
}

const BARS = /\b(drop|reject)\b/i;
/** What every packet meets that no rule before it has let in. */
const FOR_ALL = /^(counter (packets \d+ bytes \d+ )?)?(drop|reject)\b|^-A \S+ -j (DROP|REJECT)\b/;

function judgeFirewall({ by, dropsByDefault, rules }: Firewall, ports: readonly number[]): Found {
  if (rules.length === 0 && !dropsByDefault) return fails(words.noRule(by));
  if (dropsByDefault) return meets(words.drops(by, rules.length));
  const closes = rules.some((rule) => BARS.test(rule) && (FOR_ALL.test(rule) || ports.some((port) => names(rule, port))));
  if (closes) return meets(words.closes(by, rules.length));
  return fails(words.closesNot(by, rules.length, ports.join(', ')));
}

/** Whether a rule names a port, by its number or name, alone, in a set or within a range. */
function names(rule: string, port: number): boolean {
  const [, said] = /\b(?:dport|dports)\s+(?:!=\s*|!\s*)?(\{[^}]*\}|\S+)/.exec(rule) ?? [];
  if (said === undefined) return false;
  return said
    .replace(/[{}\s]/g, '')
    .split(',')
    .some((part) => {
      if (part === 'ssh') return port === 22;
      const [low = NaN, high = low] = part.split(/[-:]/).map(Number);
      return low <= port && port <= high;
    });
}

function judgeDetectors(detectors: readonly Detector[]): Found {
  const active = detectors.filter(({ isActive }) => isActive);
  const told = ({ name, watches }: Detector) => (watches ? `${name} (${watches.join(', ')})` : name);
  const watching = active.filter(({ watches }) => watches === null || watches.length > 0);
  if (watching.length > 0) return meets(watching.map(told).join('; '));
  if (active.length > 0) return fails(words.watchesNothing(active.map(({ name }) => name).join(', ')));
  if (detectors.length > 0) {
    const [one] = detectors.map(({ name }) => name);
    return fails(words.detectorStopped(detectors.map(({ name }) => name).join(', ')), `systemctl enable --now ${one}`);
  }
  return notKnown(words.noDetector);
}
