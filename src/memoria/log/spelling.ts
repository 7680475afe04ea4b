import type { Form } from '../figures.ts';

/** What a part of a line says, without the escapes by which its form writes it. */

/** @returns bytes as the reader sent them, as far as the form kept them */
export function unescapedBytes(raw: Buffer, form: Form): Buffer {
  if (form === 'json') return raw.includes(BACKSLASH) ? fromJson(raw) : raw;
  if (form === 'combined') return raw.includes(BACKSLASH) ? fromCombined(raw) : raw;
  return raw;
}

const BACKSLASH = 0x5c;

/** What stands within the quotes of a JSON text. What is no JSON stays as it is. */
function fromJson(raw: Buffer): Buffer {
  try {
    const text: unknown = JSON.parse(`"${raw.toString('utf8').replace(CONTROLS, ' ')}"`);
    return typeof text === 'string' ? Buffer.from(text) : raw;
  } catch {
    return raw; // JSON.parse tells what is no JSON only by throwing
  }
}

// oxlint-disable-next-line no-control-regex -- it is these that JSON does not have
const CONTROLS = /[\0-\x1f]/g;

/** nginx writes `\x22`, Apache `\"` and `\n` too. */
function fromCombined(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, code: string | undefined, other: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return SHORT[other] ?? other;
  });
  return Buffer.from(text, 'latin1');
}

const SHORT: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', b: '\b', f: '\f' };

/** A user agent as text; CloudFront writes its spaces as `%20`, or `%2520`, IIS as `+`. Bytes are characters. */
export function agentText(raw: Buffer, form: Form): string {
  const text = unescapedBytes(raw.subarray(0, MOST_AGENT), form).toString('latin1');
  if (form !== 'w3c') return text;
  return text.replaceAll('%2520', ' ').replaceAll('%20', ' ').replaceAll('+', ' ');
}

/** Of a user agent so many bytes are looked at. */
const MOST_AGENT = 512;
