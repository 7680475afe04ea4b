import { parseAcuse } from '../../../src/format/acuse.ts';
import { encodeDocument } from '../../../src/format/document.ts';
import { pointOf } from '../../../src/format/key.ts';
import { logoEnding } from '../../../src/format/logo.ts';
import { encodeManifest, parseManifest } from '../../../src/format/manifest.ts';
import { parseDeliveryName } from '../../../src/format/naming.ts';
import { parsePadron } from '../../../src/format/padron.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { encodeSignature, isSignatureOver, parseSignature } from '../../../src/format/sshsig.ts';
import { parseStatement } from '../../../src/format/statement.ts';
import { checkTrust, parseTrust } from '../../../src/format/trust.ts';
import { sameBytes } from '../../../src/format/wire.ts';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import { publicKeyIn } from '../../../src/keys/public-key.ts';
import { makeChain } from '../../kit/cortes.ts';
import { at, encode, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { chosen, orNull, promise, seed, type Target } from '../target.ts';

/** The bytes of the format itself: every document, manifests, signatures, public keys. */

const trust = signTrust(makeTrust());
const [corte] = makeChain(1, { trust }) as [ReturnType<typeof makeChain>[0] & object];
const acuse = {
  type: 'cotejo/acuse',
  format: 1,
  election: trust.document.election,
  phase: 'jornada',
  number: 1,
  corte: corte.sha256,
  difusor: 'vanguardia',
  node: 'web1',
  received_at: at(NOW),
  admitted_at: at(NOW),
  published_at: null,
};

/** Whoever can read one of them writes the same bytes. */
const DOCUMENTS = [
  (bytes: Uint8Array) => encodeDocument(parseStatement(bytes)),
  (bytes: Uint8Array) => {
    const document = parseTrust(bytes);
    orNull(() => checkTrust(document), Refusal);
    return encodeDocument(document);
  },
  (bytes: Uint8Array) => encodeDocument(parseAcuse(bytes)),
  (bytes: Uint8Array) => encodeManifest(parseManifest(bytes)),
  (bytes: Uint8Array) => encodeDocument(parsePadron(bytes)),
  (bytes: Uint8Array) => (logoEnding(bytes), bytes),
];

const padron = {
  type: 'cotejo/padron',
  format: 1,
  election: trust.document.election,
  institute: 'https://iec.example/',
  difusores: [
    {
      name: 'vanguardia',
      title: 'Vanguardia',
      url: 'https://prep.example/',
      logo: null,
      nodes: [{ name: 'web1', acuse_key: makeKey('web1').publicKey }],
    },
  ],
};

export const documents: Target = {
  seeds: [
    seed(0, corte.files['corte.json']),
    seed(1, trust.bytes),
    seed(2, encode(acuse)),
    seed(3, corte.files.SHA256SUMS),
    seed(4, encode(padron)),
    seed(5, '<svg xmlns="http://www.w3.org/2000/svg"><g fill="url(#a)"><use href="#b"/></g></svg>'),
    seed(3, `${'a'.repeat(64)}  a/b\n${'b'.repeat(64)}  a/b c\n`),
  ],
  words: ['"format": 1', 'null', '"last": null', '9007199254740991', '-0', '1e1', '\\u0000', '-05:00', '  ', '../', 'ñ'],
  most: 8192,
  take(bytes) {
    const { one, rest } = chosen(bytes, DOCUMENTS);
    const again = orNull(() => one(rest), Refusal);
    promise(again === null || sameBytes(again, rest), 'a document has one spelling');
  },
};

const NAMESPACES = ['corte@cotejo', 'trust@cotejo', 'acuse@cotejo'] as const;
const signature = makeKey('firma-1').signNow(corte.files['corte.json'], 'corte@cotejo');

export const sshsig: Target = {
  seeds: [seed(0, signature), seed(1, signature), seed(2, signature.toString().trimEnd())],
  words: [
    '-----BEGIN SSH SIGNATURE-----\n',
    '-----END SSH SIGNATURE-----\n',
    'SSHSIG',
    'ssh-ed25519',
    'sha512',
    'sha256',
    '=',
    '\r\n',
  ],
  most: 4096,
  take(bytes) {
    const { one, rest } = chosen(bytes, NAMESPACES);
    const parsed = orNull(() => parseSignature(rest, one), Refusal);
    if (!parsed) return;
    const isGood = isSignatureOver(parsed, corte.files['corte.json']);
    promise(isGood === isSignatureOver(parsed, corte.files['corte.json'], nodeEquation), 'two equations, one verdict');
    promise(!isGood || one === 'corte@cotejo', 'a signature is of one namespace');
    const point = pointOf(parsed.key);
    promise(point !== null, 'the key of a signature is a key');
    promise(encodeSignature(point as Uint8Array, one, parsed.raw ?? new Uint8Array(64)).length > 0, 'it can be written again');
  },
};

export const keys: Target = {
  seeds: [
    makeKey('iec').publicKey,
    `${makeKey('iec').publicKey} IEC de Coahuila\n`,
    'ssh-rsa AAAA',
    'jornada-000001',
    'trust-1',
  ].map((text) => Buffer.from(text)),
  words: ['ssh-ed25519 ', 'AAAAC3NzaC1lZDI1NTE5AAAAI', '=', '\t', 'trust-', '000001', '-'],
  most: 1024,
  take(bytes) {
    const text = Buffer.from(bytes).toString();
    const key = publicKeyIn(text);
    promise(key === null || pointOf(key) !== null, 'what is taken for a key is one');
    const name = parseDeliveryName(text);
    promise(name === null || /^[a-z0-9-]+-\d+$/.test(text), 'a delivery has one name');
  },
};
