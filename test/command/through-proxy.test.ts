import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { configOf, makeOutside } from '../iec/outside/readable-site.ts';
import { cotejo } from '../kit/command.ts';
import { makeChain } from '../kit/cortes.ts';
import { makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeNode, tomlOf } from '../kit/node.ts';
import { serveProxy } from '../kit/proxy.ts';
import { makeMirror } from '../traer/mirror.ts';

/** Who reads sites behind a firewall that lets nothing out but through a proxy, besides the audits. */

const through = (port: number, except = '') => ({ http_proxy: `http://127.0.0.1:${port}`, no_proxy: except, NO_PROXY: except });

test('the IEC looks through its proxy, and what the proxy refuses is no site’s fault', async (t) => {
  const iec = await makeOutside(t, 2, ['web1'], Math.floor(Date.now() / 1000) * 1000 - 20_000);
  iec.show(2, ['web1']);
  const file = join(dirname(iec.panel), 'IEC.toml');
  await writeFile(file, configOf([iec.url]));
  const mirar = async (port: number, except?: string) => {
    const ran = await cotejo(['iec', 'mirar', '--config', file, '--json'], undefined, through(port, except));
    return { status: ran.status, state: JSON.parse(ran.stdout).difusores[0].state as string };
  };
  const proxy = await serveProxy(t);
  t.deepEqual(await mirar(proxy.port), { status: 0, state: 'al-dia' });
  t.true(proxy.asked.some(({ target }) => target === `${iec.url}cotejo/ultimo.json`));
  const before = proxy.asked.length;
  t.deepEqual(await mirar(proxy.port, '127.0.0.0/8'), { status: 0, state: 'al-dia' });
  t.is(proxy.asked.length, before);
  t.deepEqual(await mirar((await serveProxy(t, 407)).port), { status: 3, state: 'falla-del-iec' });
});

test('a chain is restored through it', async (t) => {
  const trust = signTrust(makeTrust());
  const mirror = await makeMirror(t, [trust], makeChain(2, { trust }));
  const proxy = await serveProxy(t);
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(trust, folder);
  const address = new URL('cotejo/chain/', mirror.url).href;
  const args = ['iec', 'restore', '--anchor', anchor, '--chain', join(folder, 'chain'), '--from', address, '--json'];
  const ran = await cotejo(args, folder, through(proxy.port));
  t.is(ran.status, 0, ran.stderr);
  t.like(JSON.parse(ran.stdout), { restored: true, phases: [{ number: 2 }] });
  t.true(proxy.asked.every(({ target }) => target.startsWith(address)) && proxy.asked.length > 4);
});

test('traer asks its mirrors through it', async (t) => {
  const trust = signTrust(makeTrust());
  const mirror = await makeMirror(t, [trust], []);
  const { config } = await makeNode(t, { trust });
  const file = join(config.state, '..', 'difusor.toml');
  await writeFile(file, `${tomlOf(config)}[traer]\npadron = false\nwait_seconds = 0\nmirrors = ["${mirror.url.href}"]\n`);
  const proxy = await serveProxy(t);
  const ran = await cotejo(['traer', '--once', '--config', file], undefined, through(proxy.port));
  t.is(ran.status, 0, ran.stderr);
  t.true(proxy.asked.some(({ target }) => target === new URL('cotejo/ultimo.json', mirror.url).href));
  t.is((await cotejo(['traer', '--once', '--config', file], undefined, { ...through(0), http_proxy: 'socks5://x' })).status, 2);
});
