import test from 'ava';
import { hashOf } from '../../src/format/hash.ts';
import { closeBrowser } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { requires } from '../kit/requires.ts';
import { isContent, type Night, serveSite, type Twist } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import { newVisit } from './visit.ts';

/** Large files of a publication: whole, to the byte, or not at all. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const MEBIBYTE = 1024 * 1024;
const now = Date.now();
const trust = signTrust(makeTrust({ now }));
const large = { 'base/actas.txt': 'acta '.repeat(MEBIBYTE), 'base/todo.txt': '0'.repeat(32 * MEBIBYTE + 1) };
const corte = makeCorte({ trust, files: lectorPublication(1, large), takenAt: at(now - 60_000) });
const night: Night = { trusts: [trust], cortes: [corte] };

/** Alters the last byte of what is large. */
const ALTERS: Twist = (response, path, body) => {
  if (!isContent(path) || body === undefined || body.length < MEBIBYTE) return false;
  response.writeHead(200, { 'content-length': body.length }).end(Buffer.concat([body.subarray(0, -1), Buffer.from('x')]));
  return true;
};

const HASHED = `async (path) => {
  const answer = await fetch(path);
  const bytes = await answer.arrayBuffer();
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  return { status: answer.status, bytes: bytes.byteLength, sha256: [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}`;

inBrowser('one of some mebibytes comes whole, though a mirror alters its last byte, and so does any part of it', async (t) => {
  const bad = await serveSite(t, night, ALTERS);
  const good = await serveSite(t, night);
  const { reader } = await newVisit(t, trust, [bad.url, good.url]);
  const frame = await reader.open();
  const body = corte.content['base/actas.txt'] ?? Buffer.alloc(0);
  const whole = { status: 200, bytes: body.length, sha256: hashOf(body) };
  t.deepEqual(await frame.evaluate(`(${HASHED})('/base/actas.txt')`), whole);
  t.deepEqual(await frame.evaluate(`(${HASHED})('/base/actas.txt')`), whole, 'of what was kept, too');
  const part =
    "fetch('/base/actas.txt', { headers: { range: 'bytes=7-2000006' } }).then(async (one) => [one.status, await one.text()])";
  t.deepEqual(await frame.evaluate(part), [206, body.subarray(7, 2_000_007).toString()]);
});

inBrowser('one that is larger than what a browser verifies is not shown, nor any of it, and nobody is blamed', async (t) => {
  const site = await serveSite(t, night);
  const { reader } = await newVisit(t, trust, [site.url]);
  const frame = await reader.open();
  const told = await frame.evaluate<{ status: number; bytes: number }>(`(${HASHED})('/base/todo.txt')`);
  t.is(told.status, 503);
  t.true(told.bytes < 2000);
  const { mirrors, troubles } = await reader.ask({ ask: 'estado' });
  t.is(mirrors[0]?.state, 'responde');
  t.deepEqual(troubles, []);
  t.is(await frame.evaluate("fetch('/img/acta.svg').then(({ status }) => status)"), 200);
});
