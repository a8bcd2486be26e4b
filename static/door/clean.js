// From what a scanner read or typed to a ticket code; the twin of blueprints/checkin/codes.py,
// tested by the same vectors.

// The same keys under the United States and the Thai Kedmanee layout, key by key.
const US = '`1234567890-=qwertyuiop[]\\asdfghjkl;\'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?';
const THAI = '_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ';
const FROM_THAI = new Map([...THAI].map((character, index) => [character, US[index]]));
const FILLER = /[ \t\r\n\u00a0\u200b-\u200f\u2010-\u2015\u2060\ufeff-]/g;
const CODE = /^[A-Za-z2-7]{26}$/;
const SHORT = /^[A-Za-z2-7]{8}$/;
const TICKET_URL = /^https?:\/\/([^/\s]+)\/T\/([A-Z2-7]{26})\/?(?:[?#]\S*)?$/i;
const EDGES = /^[ \t\r\n\u200b\ufeff]+|[ \t\r\n\u200b\ufeff]+$/g;
const LONGEST = 512;

/** Text typed while the keyboard was set to Thai, as the same keys give it in English; other text unchanged. */
export function fromThaiKeyboard(text) {
  if (!/[\u0e01-\u0e5b]/.test(text)) return text;
  return [...text].map((character) => FROM_THAI.get(character) ?? character).join('');
}

/** The 26-character code in `raw`, or null; `hosts` are the lower-case hosts whose ticket URLs are ours. */
export function cleanCode(raw, hosts) {
  const text = fromThaiKeyboard(raw.slice(0, LONGEST));
  const url = TICKET_URL.exec(text.replace(EDGES, ''));
  if (url) return hosts.includes(url[1].toLowerCase()) ? url[2].toUpperCase() : null;
  const code = text.replace(FILLER, '');
  return CODE.test(code) ? code.toUpperCase() : null;
}

/** The first eight characters of a code, typed by hand, or null. */
export function shortCode(raw) {
  const code = fromThaiKeyboard(raw.slice(0, LONGEST)).replace(FILLER, '');
  return SHORT.test(code) ? code.toUpperCase() : null;
}
