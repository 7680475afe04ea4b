import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Browser } from 'playwright-core';
import { said } from '../../../src/format/said.ts';
import { writePanel } from '../../../src/iec/panel/panel.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { openLedger } from '../../../src/iec/record/ledger.ts';
import { type IecConfig, nodesOf, readIecConfig } from '../../../src/iec/setup/config.ts';
import { makeChain, writeInChain } from '../../kit/cortes.ts';
import { makeTrust, NOW, signTrust, writeTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { find } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';

const inChromium = requires('chromium', ['chromium']);

const HOSTILE = `<script>document.title='x'</script>" onload="x"`;

/**
 * A panel in the middle of a night: five Difusores, each in another state.
 * @param contacts the lines of whom to call, by the Difusor's place
 */
async function midnight(
  t: ExecutionContext,
  contacts: Readonly<Record<number, readonly string[]>> = {},
): Promise<{ config: IecConfig; panel: string }> {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust());
  await writeTrust(trust, join(folder, 'chain/trust/1.json'));
  for (const corte of makeChain(31, { trust })) await writeInChain(join(folder, 'chain'), corte);
  await mkdir(join(folder, 'logos'));
  await writeFile(
    join(folder, 'logos/vanguardia.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#0757a8"/><path d="M2 2l3 6 3-6" stroke="#fff" fill="none"/></svg>',
  );
  const titles = ['Vanguardia', 'El Zócalo de Saltillo', 'Radio Laguna', 'Noticias <Hoy>', 'Canal 7'];
  const names = ['vanguardia', 'zocalo', 'radio-laguna', 'noticias', 'canal-7'];
  const lines = names.flatMap((name, i) => [
    '[[difusor]]',
    `name = "${name}"`,
    `title = ${JSON.stringify(titles[i])}`,
    `url = "https://prep.${name}.example/"`,
    ...(i === 0 ? ['logo = "logos/vanguardia.svg"'] : []),
    `contact = ${JSON.stringify(i === 3 ? HOSTILE : `Ing. Guadalupe Peña, guardia de redes, 844 123 45${60 + i}, de 18 a 8 h`)}`,
    ...(contacts[i] ?? []),
    '[[difusor.node]]',
    'name = "web1"',
    `host = "192.0.2.${i + 1}"`,
    'user = "iec"',
    `host_key = "SHA256:${'A'.repeat(43)}"`,
    `acuse_key = "${makeKey(name).publicKey}"`,
    'inbox = "inbox"',
    'outbox = "outbox"',
  ]);
  const head = ['chain = "chain"', 'source = "s"', 'phase = "jornada"', 'key = "k"', 'ssh_key = "k"', 'panel = "panel"'];
  await writeFile(join(folder, 'IEC.toml'), `${[...head, ...lines].join('\n')}\n`);
  const config = await readIecConfig(join(folder, 'IEC.toml'));
  const view = await viewChain(config.chain, config.phase);
  let now = NOW - 3_600_000;
  const ledger = await openLedger(config.panel, view, { now: () => now });
  const late = [0, 3, 1, 9, 2]; // failed periods before the end; the last one is interrupted in the middle
  for (let period = 0; period < 31; period++) {
    now += 100_000;
    for (const [i, target] of nodesOf(config).entries()) {
      const trouble = {
        code: i === 3 ? 'host-key-changed' : 'unreachable',
        detail: said(i === 3 ? HOSTILE : `${target.host}:22: EHOSTUNREACH`),
      } as const;
      const fails = i === 4 ? period >= 26 && period < 30 : period >= 31 - (late[i] as number);
      const [outcome, number] = fails ? (['failed', null] as const) : (['up-to-date', period + 1] as const);
      ledger.report({
        target,
        outcome,
        number,
        trouble: fails ? trouble : null,
        bytes: fails ? 0 : 1_234_567,
        seconds: fails ? 0 : 2.4,
      });
      if (fails) ledger.failed(`${names[i]}/web1`, { period, lacksSince: -Infinity, cause: trouble });
      else ledger.succeeded(`${names[i]}/web1`, period);
    }
    ledger.settleLinks(config.difusor);
    await ledger.save();
  }
  const packTrouble = { code: 'source-changed', detail: said('the source changed while it was read: "index.html"') } as const;
  await writePanel(config, view, ledger, { now, packTrouble });
  return { config, panel: config.panel };
}

const person = (name: string, phone: string, hours: string) => [
  '[[difusor.contacts]]',
  `name = ${JSON.stringify(name)}`,
  'post = "guardia de redes"',
  `phone = "${phone}"`,
  `hours = "${hours}"`,
];

test('whom to call: who is on duty at this hour, with his number to dial, and nothing of a name is markup', async (t) => {
  const contacts = [...person(HOSTILE, '844 111 1111 ext. 12', '22:00-06:00'), ...person('de día', '844 222 2222', '06:00-22:00')];
  const { panel } = await midnight(t, { 1: contacts, 3: person('de día', '844 333 3333', '06:00-22:00') });
  const page = await readFile(join(panel, 'index.html'), 'utf8');
  t.true(page.includes('<a href="tel:8441111111;ext=12">844 111 1111 ext. 12</a>'));
  t.false(page.includes('844 222 2222'), 'it is night');
  t.false(page.includes(HOSTILE));
  t.regex(page, /844 333 3333<\/a> de día, guardia de redes, de 06:00 a 22:00 h <b>fuera de su horario<\/b>/);
  t.false(page.includes('844 123 4561'), 'they take the place of the one line');
});

async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const { chromium } = await import('playwright-core');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
  const browser = await chromium.launch({ executablePath: find('chromium') as string, args });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

test('enlaces.json tells for each Difusor whether it is linked, since when, and why not', async (t) => {
  const { panel } = await midnight(t);
  const { difusores } = JSON.parse(await readFile(join(panel, 'enlaces.json'), 'utf8'));
  t.deepEqual(
    difusores.map(({ name, enabled, cause }: { name: string; enabled: boolean; cause: string | null }) => [name, enabled, cause]),
    [
      ['vanguardia', true, null],
      ['zocalo', false, 'se perdió la conexión con su servidor y no se ha podido restablecer'],
      ['radio-laguna', true, null],
      ['noticias', false, 'no se pudo establecer una conexión segura con su servidor'],
      ['canal-7', true, null],
    ],
  );
  t.is(difusores[0].logo, 'logos/vanguardia.svg');
  t.truthy(difusores[1].since);
});

inChromium('the panel and the list of Difusores say what they should, on a wall and on a phone, and fetch nothing', async (t) => {
  const { panel } = await midnight(t);
  const pictures = process.env['COTEJO_PICTURES'];
  await withBrowser(async (browser) => {
    for (const [name, width, height, colorScheme] of [
      ['wall', 1920, 1080, 'dark'],
      ['phone', 390, 844, 'light'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      const asked: string[] = [];
      const wrong: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => wrong.push(message.text()));
      for (const file of ['index.html', 'difusores.html']) {
        await page.goto(pathToFileURL(join(panel, file)).href);
        const overflow = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
        t.false(overflow, `${file} on a ${name} needs no sideways scrolling`);
        if (pictures) await page.screenshot({ path: join(pictures, `${file}-${name}.png`), fullPage: true });
      }
      t.true(asked.length >= 2, 'what is asked for is heard');
      t.deepEqual(
        asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')),
        [],
      );
      t.deepEqual(wrong, []);

      await page.goto(pathToFileURL(join(panel, 'index.html')).href);
      const names = await page.locator('article header, .tiles li').allInnerTexts();
      t.deepEqual(
        names.map((text) =>
          text
            .split(/\s*\n\s*/)
            .slice(0, 2)
            .join(' '),
        ),
        ['■ Noticias <Hoy>', '■ El Zócalo de Saltillo', '▲ Radio Laguna', '◆ Canal 7', '● Vanguardia'],
      );
      const hostile = await page.locator('article').first().innerText();
      t.regex(hostile, /La llave del servidor no es la registrada/);
      t.true(hostile.includes(HOSTILE), 'what others wrote is text');
      t.regex(await page.title(), /^interrumpidos: 2 /);
      t.regex(await page.locator('[role=alert]').innerText(), /de este periodo: la publicación cambió mientras se leía\. Se sigue/);

      await page.goto(pathToFileURL(join(panel, 'difusores.html')).href);
      t.deepEqual(
        await page.locator('main a').evaluateAll((links) => links.map((link) => (link as unknown as { href: string }).href)),
        ['https://prep.vanguardia.example/', 'https://prep.radio-laguna.example/', 'https://prep.canal-7.example/'],
      );
      t.regex(
        await page.locator('li.off').first().innerText(),
        /Enlace deshabilitado desde las \d\d:\d\d horas del \d+ de julio de 2018/,
      );
      const logo = page.locator('img').first();
      t.true(await logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0), 'the logo is shown');
      await page.close();
    }
  });
});

test('the panel has one script, which its policy names; the list of Difusores has none', async (t) => {
  const { panel } = await midnight(t);
  const [page, list] = await Promise.all(['index.html', 'difusores.html'].map((file) => readFile(join(panel, file), 'utf8')));
  t.regex(list!, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
  t.false(/<script/i.test(list!));
  const scripts = [...page!.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text!);
  t.is(scripts.length, 1);
  const hash = createHash('sha256').update(scripts[0]!).digest('base64');
  t.true(page!.includes(`content="default-src 'none'; script-src 'sha256-${hash}'; connect-src 'self'; require-trusted-types-for`));
});
