import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import * as v from 'valibot';
import { TABLE } from '../undo/undo.ts';
import { isOfThisMachine, plainAddress } from './address.ts';
import { lacksService, untilNext, untilNotice } from './daemon.ts';
import { untilOnTime } from './on-time.ts';
import { type Actor, headOf, type Stage, whileWatched } from './stage.ts';

/**
 * The link from the IEC: cut, or slow. By a table of nftables of its own, for one address alone, which a restart of the
 * machine forgets. What others say to this machine is not touched, and neither are the administrator's own rules.
 */

/**
 * The table for what comes from an address: what it saw of it is counted, and so is what it dropped.
 * @param seconds after which it forgets the address, whatever becomes of the drill
 * @param limit what of it is dropped, in the words of nft; empty where all of it is
 * @internal
 */
export function tableText(address: string, seconds: number, limit = ''): string {
  const [family, type] = isIP(address) === 6 ? ['ip6', 'ipv6_addr'] : ['ip', 'ipv4_addr'];
  return `add table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
  counter vistos {}
  counter descartados {}
  set iec {
    type ${type}
    flags timeout
    elements = { ${address} timeout ${Math.ceil(seconds)}s }
  }
  chain entrada {
    type filter hook input priority -250; policy accept;
    ${family} saddr @iec counter name vistos
    ${[family, 'saddr @iec', limit, 'counter name descartados drop'].filter(Boolean).join(' ')}
  }
}
`;
}

/** A drill that dies leaves its rule, and nobody may be there to undo it: so much longer than the fault may take, s. */
const BEYOND = 300;

/** @param within seconds that the fault may take */
function ruleOf({ iec }: Stage, within: number, limit = ''): string {
  return tableText(plainAddress(iec ?? ''), within + BEYOND, limit);
}

/** @param text what `nft --json list` tells of our table @throws Error, in Spanish, where our counters are not in it @internal */
export function countedIn(text: string): { readonly seen: number; readonly dropped: number } {
  const listed = tableIn(text);
  const packets = (name: string) => {
    const found = listed.find(({ counter }) => counter?.name === name)?.counter;
    if (!found) throw new Error(`nftables no dice cuánto contó la regla (${name})`);
    return found.packets;
  };
  return { seen: packets('vistos'), dropped: packets('descartados') };
}

const listing = v.object({
  nftables: v.array(v.object({ counter: v.optional(v.object({ name: v.string(), packets: v.number() })) })),
});

function tableIn(text: string): v.InferOutput<typeof listing>['nftables'] {
  try {
    return v.parse(listing, JSON.parse(text)).nftables;
  } catch (error) {
    throw new Error('no se entiende lo que nft dice de la regla', { cause: error });
  }
}

/** Asked before the rule is taken away. */
async function counted({ programs }: Stage): Promise<ReturnType<typeof countedIn>> {
  return countedIn(await programs.must('nft', ['--json', 'list', 'table', ...TABLE.split(' ')]));
}

async function lacksLink(stage: Stage): Promise<string | null> {
  const { iec, own, site, programs } = stage;
  if (iec === null) return 'no se dijo la dirección del IEC (--from)';
  if (process.geteuid?.() !== 0) return 'sólo root puede hacerlo';
  const here = Object.values(networkInterfaces()).flatMap((of) => (of ?? []).map(({ address }) => address));
  if (isOfThisMachine(iec, here)) return 'esa dirección (--from) es de esta misma máquina: no es la del IEC';
  if (own !== null && plainAddress(own) === plainAddress(iec))
    return 'usted mismo está conectado desde esa dirección: quedaría fuera';
  if (site.at !== null && plainAddress(site.at) === plainAddress(iec)) return 'los lectores se miran desde esa misma dirección';
  const said = await programs.ask('nft', ['list', 'tables']);
  if (said?.status !== 0) return 'no hay nftables en esta máquina';
  // The rule is of the whole machine: what it cuts must be this node's link and no other's.
  return lacksService(stage);
}

export const CUT_LINK: Actor = {
  lacks: lacksLink,
  async act(stage, within) {
    await untilOnTime(stage);
    await stage.will({ undo: 'firewall' });
    await stage.programs.must('nft', ['-f', '-'], ruleOf(stage, within));
    const notice = await untilNotice(stage, stage.clock.elapsed());
    const { dropped } = await counted(stage);
    // A rule that met nothing proves nothing: the address may be another than the IEC's.
    return [{ what: `se descartaron ${dropped} paquetes del IEC`, met: dropped > 0, after: null }, notice];
  },
  async after(stage, within) {
    const { statement } = await headOf(stage);
    return [await untilNext(stage, statement.number, within)];
  },
};

export const SLOW_LINK: Actor = {
  lacks: lacksLink,
  async act(stage, within) {
    await untilOnTime(stage);
    const { statement } = await headOf(stage);
    await stage.will({ undo: 'firewall' });
    const rule = `limit rate over ${stage.slow} kbytes/second burst ${Math.max(128, stage.slow)} kbytes`;
    await stage.programs.must('nft', ['-f', '-'], ruleOf(stage, within, rule));
    const { seen: next, watched } = await whileWatched(stage, () => untilNext(stage, statement.number, within));
    const { looks, wrong, notices } = watched;
    const { seen, dropped } = await counted(stage);
    const isSteady = wrong + notices === 0;
    return [
      // What is small may pass without a packet dropped; what the rule never saw did not come from that address.
      { what: `la regla contó ${seen} paquetes del IEC y descartó ${dropped}`, met: seen > 0, after: null },
      { ...next, what: `a ${stage.slow} kB/s, ${next.what}` },
      {
        what: isSteady ? `en ${looks} consultas, nunca el aviso` : `en ${wrong + notices} de ${looks} consultas no vieron un corte`,
        met: isSteady,
        after: null,
      },
    ];
  },
};
