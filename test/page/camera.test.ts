import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { encodeQR } from 'qr';
import { filesOf } from '../kit/broken-chains.ts';
import { makeFolder } from '../kit/folders.ts';
import { difusor, good, verdict } from '../kit/page.ts';
import { find, repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/**
 * The printed code by a camera: a real browser, whose camera is a film of the acta's QR. Debian's Chromium has no reader of
 * QR codes, so that it is given one that reads what the camera gives.
 */

const inBrowser = requires('chromium', ['chromium']).serial;
const [anchor] = good.trusts;

const SIZE = { width: 640, height: 480 };

/** Writes a film of one picture, of the QR of a text in the middle of grey. */
async function film(folder: string, text: string): Promise<string> {
  const rows = encodeQR(text, 'raw', { ecc: 'quartile', border: 4 });
  const scale = Math.floor(360 / rows.length);
  const luma = Buffer.alloc(SIZE.width * SIZE.height, 150);
  const [left, top] = [(SIZE.width - rows.length * scale) >> 1, (SIZE.height - rows.length * scale) >> 1];
  for (let y = 0; y < rows.length * scale; y++)
    for (let x = 0; x < rows.length * scale; x++)
      luma[(top + y) * SIZE.width + left + x] = rows[Math.floor(y / scale)]![Math.floor(x / scale)] ? 20 : 235;
  const chroma = Buffer.alloc((SIZE.width * SIZE.height) / 2, 128);
  const head = `YUV4MPEG2 W${SIZE.width} H${SIZE.height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`;
  const file = join(folder, 'acta.y4m');
  await writeFile(file, Buffer.concat([Buffer.from(head), luma, chroma]));
  return file;
}

/** What stands in for the browser's own reader. @param formats that it says it reads */
async function reader(formats: readonly string[]): Promise<string> {
  const contents = `import { decodeQR } from 'qr/decode.js';
    globalThis.BarcodeDetector = class {
      static getSupportedFormats() { return Promise.resolve(${JSON.stringify(formats)}); }
      async detect(video) {
        const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
        const context = canvas.getContext('2d');
        context.drawImage(video, 0, 0);
        try { return [{ rawValue: decodeQR(context.getImageData(0, 0, canvas.width, canvas.height)) }]; } catch { return []; }
      }
    };`;
  const stdin = { contents, resolveDir: repository() };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'iife', logLevel: 'silent' });
  return outputFiles[0]!.text;
}

async function openWith(t: ExecutionContext, text: string, { formats = ['qr_code'], isAllowed = true } = {}) {
  const { chromium } = await import('playwright-core');
  const folder = await makeFolder(t);
  const fake = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${await film(folder, text)}`];
  const args = ['--no-sandbox', '--disable-gpu', ...fake, ...(isAllowed ? ['--use-fake-ui-for-media-stream'] : [])];
  const browser = await chromium.launch({ executablePath: find('chromium') ?? 'chromium', args });
  t.teardown(() => browser.close());
  const context = await browser.newContext({ permissions: isAllowed ? ['camera'] : [] });
  const page = await context.newPage();
  if (formats.length > 0) await page.addInitScript(await reader(formats));
  const site = await serve(t, difusor(filesOf(good)));
  await page.goto(new URL('cotejo/', site).href);
  return page;
}

inBrowser('the QR of the acta is read by the camera, and the check starts from its code', async (t) => {
  const page = await openWith(t, anchor.sha256.toUpperCase());
  await page.click('#scan');
  await page.getByText('valen los impresos').waitFor();
  t.is((await page.inputValue('#code')).replace(/\s/g, ''), anchor.sha256);
  t.true(await page.locator('#camera').isHidden());
  t.is(await page.evaluate('document.getElementById("camera").srcObject'), null, 'the camera is off');
  t.is(await page.evaluate('document.activeElement.id'), 'code');
  await page.click('#start');
  await verdict(page);
  t.regex(await page.locator('#anchor').innerText(), /Es el código que usted dio/);
});

inBrowser('another QR is no code, and the reader closes the camera', async (t) => {
  const page = await openWith(t, 'https://prep.example/cotejo/');
  await page.click('#scan');
  await page.getByText('Ese QR no es un código de integridad').waitFor();
  await page.click('#language');
  t.is(await page.locator('#scan').innerText(), 'Cerrar la cámara', 'what it does, in whatever language');
  await page.click('#scan');
  await page.getByText('Read the QR with the camera').waitFor();
  await page.click('#language');
  await page.getByText('Leer el QR con la cámara').waitFor();
  t.is(await page.inputValue('#code'), '');
  t.is(await page.evaluate('document.getElementById("camera").srcObject'), null);
});

inBrowser('without leave for the camera the code is typed', async (t) => {
  const page = await openWith(t, anchor.sha256, { isAllowed: false });
  await page.click('#scan');
  await page.getByText('Escriba el código').waitFor();
  t.true(await page.locator('#scan').isVisible());
});

inBrowser('where the browser reads no QR codes there is no button, and the telephone’s own camera is named', async (t) => {
  for (const formats of [[], ['ean_13']]) {
    const page = await openWith(t, anchor.sha256, { formats });
    await page.locator('#scan-help').waitFor({ state: 'visible' });
    t.true(await page.locator('#scan').isHidden());
  }
});
