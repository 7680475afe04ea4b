import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAnchor } from '../../kit/election.ts';
import type { Case, CasePlan } from '../case.ts';
import { ask, cotejo, must } from '../commands.ts';
import { cortesOf, writePublication } from '../fixtures.ts';
import { auditOf, packAgain, writeChain } from '../institute-disk.ts';
import { chainIn, hashesIn, namesIn, same, sixDigits } from '../look.ts';

/**
 * The Institute's disk is new, and `iec restore` takes cortes 1 to 3 from elsewhere. Flags: `some` it has corte 1 already, and
 * corte 2 without its package.
 */
export function restoreCase({ fixtures, folder, flags }: CasePlan): Case {
  const cortes = cortesOf(...fixtures.cortes);
  const [elsewhere, source] = [join(folder, 'elsewhere'), join(folder, 'publicacion')];
  const chainOf = (at: string) => join(at, 'iec/chain');
  const anchorOf = (at: string) => join(at, 'etc/anchor.json');
  const restore = (at: string, run: typeof ask) =>
    run([
      'iec',
      'restore',
      '--anchor',
      anchorOf(at),
      '--chain',
      chainOf(at),
      '--from',
      elsewhere,
      '--evidence',
      join(folder, 'evidence'),
      '--json',
    ]);
  /** the numbers of the cortes that are there, whatever is missing between them */
  const numbersIn = (chain: string) => namesIn(join(chain, 'jornada')).filter((name) => /^\d{6}$/.test(name));
  return {
    parts: 1,
    lingerMs: 4000,
    async prepare(at) {
      writePublication(source, 4);
      await writeChain(elsewhere, [fixtures.trust], fixtures.cortes);
      await writeAnchor(fixtures.trust, join(at, 'etc'));
      const [first, second] = fixtures.cortes;
      const { 'corte.tar.gz': _, ...papers } = second.files;
      if (flags.has('some')) await writeChain(chainOf(at), [fixtures.trust], [first, { ...second, files: papers as never }]);
    },
    watched: (at) => ({ 'corte 3 visible': join(chainOf(at), 'jornada/000003') }),
    async act(at) {
      const told = await restore(at, cotejo);
      must(told.status === 0, () => told.said);
    },
    async judge(at, passed) {
      const chain = chainOf(at);
      const out: string[] = [];
      const say = (what: string) => void out.push(`FAULT ${what}`);
      const there = numbersIn(chain);
      for (const name of there) {
        const isBegun = flags.has('some') && name === sixDigits(2) && !existsSync(join(chain, 'jornada', name, 'corte.tar.gz'));
        const whole = cortes.get(Number(name))?.files ?? {};
        if (!isBegun && !same(hashesIn(join(chain, 'jornada', name)), whole)) say(`corte ${Number(name)} is there and not whole`);
      }
      const isWhole = there.length === 3 && existsSync(join(chain, 'trust/1.json')) && typeof chainIn(chain, cortes) !== 'string';
      if (passed.has('done') && !isWhole) say('done was told, and the chain is not whole');
      // The newest is there first, so that nobody packs on what is half restored with a number that a corte elsewhere has.
      if (there.includes(sixDigits(3)) && !isWhole) {
        const packed = await packAgain(chain, source, join(fixtures.keys, 'firma-1'));
        const number = Number(packed.json[0]?.['number']);
        if (packed.status === 0 && number <= 3) say(`iec pack made another corte ${number} on a chain that is half restored`);
        if (packed.status === 0) return [`had ${there.map(Number).join(' ')}, packed ${number}`, ...out];
      }
      const again = await restore(at, ask);
      if (again.status !== 0) say(`iec restore after the cut: ${again.status} ${again.said}`);
      if (String(chainIn(chain, cortes)) !== '1,2,3') say(`the chain in the end: ${String(chainIn(chain, cortes))}`);
      const audited = await auditOf(chain, anchorOf(at));
      if (audited.status !== 0) say(`audit chain ${audited.status} ${audited.said}`);
      const left = namesIn(chain).filter((name) => !['trust', 'jornada', 'index.json', '.lock'].includes(name));
      if (left.length > 0) say(`left in the chain: ${left.join(' ')}`);
      const next = await packAgain(chain, source, join(fixtures.keys, 'firma-1'));
      if (next.status !== 0 || Number(next.json[0]?.['number']) !== 4) say(`the next pack: ${next.status} ${next.said}`);
      return [`had ${there.map(Number).join(' ') || 'none'}${isWhole ? ', whole' : ''}`, ...out];
    },
  };
}
