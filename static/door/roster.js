// An entry of the roster is found by a digest of the ticket's code, and opens only with the code: the
// other side of blueprints/checkin/sealing.py.

const FIND = 'ruam door find:';
const OPEN = 'ruam door open:';
const THAI = 1; // first byte of the plain text: Windows-874; else UTF-8
const STATUS = { n: 'not_confirmed', w: 'waitlisted', p: 'pending_approval', x: 'cancelled', b: 'blocked' };

const digest = async (text) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');

const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** Where the entry of a code is found. */
export const findKey = async (code) => toBase64((await digest(FIND + code)).slice(0, 12));

/** The personal part of an entry: {name, organisation, note, vip, wheelchair}. */
export async function unseal(code, sealed) {
  const bytes = fromBase64(sealed);
  const secret = (await digest(OPEN + code)).slice(0, 16);
  const key = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['decrypt']);
  const plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, key, bytes.slice(12)));
  const text = new TextDecoder(plain[0] === THAI ? 'windows-874' : 'utf-8').decode(plain.slice(1));
  const [name, organisation = '', note = '', marks = ''] = text.split('\n');
  return { name, organisation, note, vip: marks.includes('v'), wheelchair: marks.includes('w') };
}

/** An entry as the judge sees it, or null; `entry` is [sealed, category, status, since, has to be asked, sessions]. */
export function knownOf(entry, retiredAt, eventId) {
  if (!entry && retiredAt === null) return null;
  const [, categoryId = null, status = '', since = 0, ask = 0, sessionIds = []] = entry ?? [];
  const is = STATUS[status] ?? 'confirmed';
  return {
    eventId,
    categoryId,
    sessionIds,
    status: is === 'blocked' ? 'confirmed' : is,
    cancelledAt: is === 'cancelled' ? since || null : null,
    blockedAt: is === 'blocked' ? since : null,
    codeRetiredAt: retiredAt,
    needsAnswers: Boolean(ask),
  };
}
