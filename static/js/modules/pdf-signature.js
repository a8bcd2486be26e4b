/** The signatures of a PDF (PAdES and CMS, RFC 5652), checked with the browser's own cryptography. Whose certificate it is and whether its
    issuer is to be trusted is not looked into. */
import { element, hex, inside, oid, text, time, unsigned } from './der.js';

const RANGE = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g;
const MOST = 8; // signatures
const HASHES = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384', '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '1.2.840.113549.1.1.11': 'SHA-256', '1.2.840.113549.1.1.12': 'SHA-384', '1.2.840.113549.1.1.13': 'SHA-512',
  '1.2.840.10045.4.3.2': 'SHA-256', '1.2.840.10045.4.3.3': 'SHA-384', '1.2.840.10045.4.3.4': 'SHA-512',
};
const PSS = '1.2.840.113549.1.1.10';
const EC = '1.2.840.10045.2.1';
const CURVES = { '1.2.840.10045.3.1.7': ['P-256', 32], '1.3.132.0.34': ['P-384', 48], '1.3.132.0.35': ['P-521', 66] };
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.47';
const TIME_STAMP = '1.2.840.113549.1.9.16.2.14';

const digest = async (hash, bytes) => new Uint8Array(await crypto.subtle.digest(hash, bytes));
const same = (one, other) => hex(one) === hex(other);

/** What a signature covers, and the CMS in the gap between; nothing but the signature may stand there. */
const parts = (bytes, start, length, next, rest) => {
  const gap = new TextDecoder('latin1').decode(bytes.subarray(start + length, next));
  const [, digits] = gap.match(/^<([0-9a-fA-F]+)>$/) ?? [];
  if (start !== 0 || next + rest > bytes.length || !digits || digits.length % 2) throw new RangeError('no such range');
  const covered = new Uint8Array(length + rest);
  covered.set(bytes.subarray(0, length));
  covered.set(bytes.subarray(next, next + rest), length);
  return { covered, cms: Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16)), end: next + rest };
};

const signedData = (node) => {
  const [type, content] = inside(node);
  if (oid(type) !== SIGNED_DATA) throw new RangeError('no signed data');
  return inside(inside(content)[0]);
};

/** Issuer, serial number, subject and key of a certificate (RFC 5280). */
const certificate = (node) => {
  const fields = inside(inside(node)[0]).filter((field) => field.tag !== 0xa0);
  return { raw: node.raw, serial: fields[0], issuer: fields[2], subject: fields[4], key: fields[5] };
};

/** The common name of somebody, or else the organisation's. */
const called = (name) => {
  const pairs = inside(name).flatMap(inside).map(inside).map(([type, value]) => [oid(type), text(value)]);
  const find = (wanted) => pairs.find(([type]) => type === wanted)?.[1];
  return find('2.5.4.3') ?? find('2.5.4.10') ?? '';
};

const attributes = (node) => new Map(node ? inside(node).map(inside).map(([type, values]) => [oid(type), inside(values)[0]]) : []);

const saltOf = (parameters) => {
  const salt = inside(parameters).find((field) => field.tag === 0xa2);
  return salt ? inside(salt)[0].content.at(-1) : 20;
};

/** Whether the key of this certificate made the signature. Throws for a kind of key that the browser does not know. */
const madeBy = async (key, method, hash, signature, bytes) => {
  const [kind, curve] = inside(inside(key)[0]);
  const [name, parameters] = inside(method);
  if (oid(kind) === EC) {
    const [namedCurve, size] = CURVES[oid(curve)];
    const flat = inside(element(signature)).flatMap((number) => [...unsigned(number, size)]);
    const imported = await crypto.subtle.importKey('spki', key.raw, { name: 'ECDSA', namedCurve }, false, ['verify']);
    return crypto.subtle.verify({ name: 'ECDSA', hash: HASHES[oid(name)] ?? hash }, imported, Uint8Array.from(flat), bytes);
  }
  const scheme = oid(name) === PSS ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
  const imported = await crypto.subtle.importKey('spki', key.raw, { name: scheme, hash: HASHES[oid(name)] ?? hash }, false, ['verify']);
  return crypto.subtle.verify({ name: scheme, saltLength: scheme === 'RSA-PSS' ? saltOf(parameters) : 0 }, imported, signature, bytes);
};

/** Whether the signed attributes name this very certificate (RFC 5035), where they name one. */
const named = async (attribute, raw) => {
  if (!attribute) return true;
  const fields = inside(inside(inside(attribute)[0])[0]);
  const given = fields[0].tag === 0x30;
  return same(fields[given ? 1 : 0].content, await digest(given ? HASHES[oid(inside(fields[0])[0])] : 'SHA-256', raw));
};

/** When a time stamp in the signature says that it existed; null without one that belongs to it. */
const stamped = async (token, signature) => {
  if (!token) return null;
  const content = inside(signedData(token)[2])[1];
  const info = inside(element(inside(content)[0].content));
  const [method, imprint] = inside(info[2]);
  return same(imprint.content, await digest(HASHES[oid(inside(method)[0])], signature)) ? time(info[4]) : null;
};

/** What a reader of the signature's dictionary is told of the time: /M (D:20200717093000+07'00'). */
const claimed = (words) => {
  const plain = words.replace(/\\([0-7]{3})/g, (_escape, octal) => String.fromCharCode(parseInt(octal, 8)));
  const [, y, mo, d, h, mi, s, sign, zh, zm] = plain.match(/\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'(\d\d)'?)?/) ?? [];
  if (!y) return null;
  const ahead = sign ? (sign === '-' ? -1 : 1) * (Number(zh) * 60 + Number(zm)) : 0;
  return new Date(Date.UTC(y, mo - 1, d, h, mi - ahead, s));
};

const check = async ({ covered, cms, end }, words, size) => {
  const fields = signedData(element(cms));
  const certificates = inside(fields.find((field) => field.tag === 0xa0)).map(certificate);
  const signer = inside(inside(fields.at(-1))[0]);
  const attached = signer[3].tag === 0xa0 ? signer[3] : null;
  if (!attached) throw new RangeError('no signed attributes');
  const [method, value, more] = signer.slice(4);
  const [issuer, serial] = signer[1].tag === 0x30 ? inside(signer[1]) : [];
  const own = certificates.find((one) => (issuer ? same(one.issuer.raw, issuer.raw) && same(one.serial.raw, serial.raw)
    : hex(one.raw).includes(hex(signer[1].content))));
  const hash = HASHES[oid(inside(signer[2])[0])];
  const said = attributes(attached);
  const whole = Uint8Array.from(attached.raw);
  whole[0] = 0x31; // what is signed is a SET (RFC 5652 section 5.4)
  const intact = same(said.get(MESSAGE_DIGEST).content, await digest(hash, covered));
  const proved = await madeBy(own.key, method, hash, value.content, whole) && await named(said.get(SIGNING_CERTIFICATE), own.raw);
  return {
    state: !proved ? 'bad' : intact ? 'good' : 'changed', later: end < size, signer: called(own.subject), issuer: called(own.issuer),
    claimed: claimed(words) ?? (said.has(SIGNING_TIME) ? time(said.get(SIGNING_TIME)) : null),
    stamped: await stamped(attributes(more).get(TIME_STAMP), value.content), fingerprint: hex(await digest('SHA-256', own.raw)),
  };
};

/** Every signature of the file in the order in which they were made. state: good, changed (the file), bad (the key), unread. */
export const signatures = async (bytes) => {
  const file = new TextDecoder('latin1').decode(bytes);
  const found = [];
  for (const match of [...file.matchAll(RANGE)].slice(0, MOST)) {
    const [start, length, next, rest] = match.slice(1).map(Number);
    const words = file.slice(file.lastIndexOf(' obj', start + length), start + length) + file.slice(next, file.indexOf('endobj', next));
    if (/\/SubFilter\s*\/ETSI\.RFC3161/.test(words)) continue; // the time stamp of a whole file is nobody's signature
    try {
      found.push(await check(parts(bytes, start, length, next, rest), words, bytes.length));
    } catch {
      found.push({ state: 'unread' });
    }
  }
  return found;
};
