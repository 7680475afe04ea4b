import { isIP } from 'node:net';
import { FAULTS } from '../faults.ts';
import { TABLE } from '../undo/undo.ts';
import { untilNext, untilNotice } from './daemon.ts';
import { type Actor, headOf, type Stage, whileWatched } from './stage.ts';

/**
 * The link from the IEC: cut, or slow. By a table of nftables of its own, for one address alone, which a restart of the
 * machine forgets. What others say to this machine is not touched, and neither are the administrator's own rules.
 */

/** The table with one rule for what comes from an address. @internal */
export function tableText(address: string, verdict: string): string {
  const family = isIP(address) === 6 ? 'ip6' : 'ip';
  return `add table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
  chain entrada {
    type filter hook input priority -250; policy accept;
    ${family} saddr ${address} ${verdict}
  }
}
`;
}

async function lacksLink({ iec, own, site, programs }: Stage): Promise<string | null> {
  if (iec === null) return 'no se dijo la dirección del IEC (--from)';
  if (process.geteuid?.() !== 0) return 'sólo root puede hacerlo';
  if (own !== null && sameAddress(own, iec)) return 'usted mismo está conectado desde esa dirección: quedaría fuera';
  if (site.at !== null && sameAddress(site.at, iec)) return 'los lectores se miran desde esa misma dirección';
  const said = await programs.ask('nft', ['list', 'tables']);
  return said?.status === 0 ? null : 'no hay nftables en esta máquina';
}

function sameAddress(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/^::ffff:/, '');
  return plain(a) === plain(b);
}

/** After the fault the IEC tries again by itself, at most so much later than its next corte, s. */
const RETRY = 120;

export const CUT_LINK: Actor = {
  lacks: lacksLink,
  async act(stage) {
    await stage.will({ undo: 'firewall' });
    await stage.programs.must('nft', ['-f', '-'], tableText(stage.iec ?? '', 'drop'));
    return [await untilNotice(stage, stage.clock.elapsed())];
  },
  async after(stage) {
    const { statement } = await headOf(stage);
    return [await untilNext(stage, statement.number, 2 * stage.rules.period_seconds + RETRY)];
  },
};

export const SLOW_LINK: Actor = {
  lacks: lacksLink,
  async act(stage) {
    const { statement } = await headOf(stage);
    await stage.will({ undo: 'firewall' });
    const rule = `limit rate over ${stage.slow} kbytes/second burst ${Math.max(128, stage.slow)} kbytes drop`;
    await stage.programs.must('nft', ['-f', '-'], tableText(stage.iec ?? '', rule));
    const { seen: next, watched } = await whileWatched(stage, () =>
      untilNext(stage, statement.number, FAULTS['enlace-lento'].within(stage.rules)),
    );
    const { looks, wrong, notices } = watched;
    const isSteady = wrong + notices === 0;
    return [
      { ...next, what: `a ${stage.slow} kB/s, ${next.what}` },
      {
        what: isSteady ? `en ${looks} consultas, nunca el aviso` : `en ${wrong + notices} de ${looks} consultas no vieron un corte`,
        met: isSteady,
        after: null,
      },
    ];
  },
};
