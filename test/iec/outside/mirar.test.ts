import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { cotejo } from '../../kit/command.ts';
import { configOf, makeOutside } from './readable-site.ts';

/** `cotejo iec mirar`, the command as an operator types it. */

test('one pass tells what each site shows, keeps nothing, and ends by the worst that it saw', async (t) => {
  const iec = await makeOutside(t, 2, ['web1'], Math.floor(Date.now() / 1000) * 1000 - 20_000);
  iec.show(2, ['web1']);
  const file = join(dirname(iec.panel), 'IEC.toml');
  const write = (urls: readonly string[]) => writeFile(file, configOf(urls));
  const mirar = (...args: string[]) => cotejo(['iec', 'mirar', '--config', file, ...args]);

  await write([iec.url, `${iec.url}otra/`]);
  const good = await mirar('--json', '--difusor', 'vanguardia');
  t.is(good.status, 0, good.stderr);
  const { taken_at } = iec.cortes[1]!.statement;
  t.deepEqual(JSON.parse(good.stdout).difusores, [
    {
      difusor: 'vanguardia',
      state: 'al-dia',
      detail: 'shows corte 2, the newest',
      number: 2,
      taken_at,
      shows: 'corte',
      receipt: 2,
    },
  ]);
  t.deepEqual(await readdir(iec.panel).catch(() => []), [], 'nothing is kept');
  t.is((await mirar('--difusor', 'nadie')).status, 2);

  const unseen = await mirar('--json');
  t.is(unseen.status, 3);
  t.deepEqual(
    JSON.parse(unseen.stdout).difusores.map(({ state }: { state: string }) => state),
    ['al-dia', 'sin-apuntador'],
  );

  iec.site.set('index.html', '<!doctype html><title>otra cosa</title>');
  const altered = await mirar('--difusor', 'vanguardia', '--lang', 'es');
  t.is(altered.status, 1);
  t.regex(altered.stdout, /vanguardia +alterado +2 +2 +archivos con bytes/);
});

test('a corte that is packed between the two looks is expected at the second', async (t) => {
  const iec = await makeOutside(t, 2, ['web1'], Math.floor(Date.now() / 1000) * 1000 - 20_000);
  iec.point({ shows: 'aviso' });
  const file = join(dirname(iec.panel), 'IEC.toml');
  await writeFile(file, configOf([iec.url]));
  const over = new AbortController();
  const running = cotejo(['iec', 'mirar', '--config', file, '--json']).finally(() => over.abort());
  while (!over.signal.aborted && !iec.asked().includes('/cotejo/ultimo.json'))
    await new Promise((resolve) => void setTimeout(resolve, 50));
  await iec.pack();
  iec.show(3);
  const { stdout, stderr } = await running;
  t.like(JSON.parse(stdout || '{}').difusores?.[0], { state: 'al-dia', number: 3 }, stderr);
});
