/** DER (ITU-T X.690), as far as a CMS signature needs it. Bad input throws RangeError; nothing is read outside the bytes given. */

const CONSTRUCTED = 0x20;

/** The element that begins at `at`: its tag, its content from `from` to `to`, and `raw`, the whole of it. */
export const element = (bytes, at = 0) => {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let from = at + 2;
  if (tag === undefined || length === undefined || (tag & 0x1f) === 0x1f || length === 0x80) throw new RangeError('no DER');
  if (length > 0x80) {
    const count = length & 0x7f;
    if (count > 4) throw new RangeError('too long');
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + bytes[from + i];
    from += count;
  }
  const to = from + length;
  if (!(to <= bytes.length)) throw new RangeError('cut off');
  return { tag, to, content: bytes.subarray(from, to), raw: bytes.subarray(at, to) };
};

/** The elements inside a constructed one. */
export const inside = (node) => {
  if (!node || !(node.tag & CONSTRUCTED)) throw new RangeError('nothing inside');
  const found = [];
  for (let at = 0; at < node.content.length;) {
    const child = element(node.content, at);
    found.push(child);
    at = child.to;
  }
  return found;
};

/** An object identifier in dots. */
export const oid = (node) => {
  if (node?.tag !== 0x06) throw new RangeError('no object identifier');
  const arcs = [];
  let value = 0;
  for (const byte of node.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(value);
      value = 0;
    }
  }
  const [first] = arcs;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...arcs.slice(1)].join('.');
};

const CHARSETS = { 0x0c: 'utf-8', 0x1e: 'utf-16be' };

/** A string of any of the common kinds. */
export const text = (node) => new TextDecoder(CHARSETS[node.tag] ?? 'latin1').decode(node.content);

/** UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5), always in UTC; null when it is neither. */
export const time = (node) => {
  const [, year, month, day, hour, minute, second] = text(node).match(/^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/) ?? [];
  if (!year) return null;
  const whole = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  return new Date(Date.UTC(whole, month - 1, day, hour, minute, second));
};

/** A whole number of at most `size` bytes without its sign, at its full width. */
export const unsigned = (node, size) => {
  let { content } = node;
  while (content.length > 1 && content[0] === 0) content = content.subarray(1);
  if (node.tag !== 0x02 || content.length > size) throw new RangeError('no such number');
  const wide = new Uint8Array(size);
  wide.set(content, size - content.length);
  return wide;
};

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
