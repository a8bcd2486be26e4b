/** Compares a PDF with the record, and looks at its signatures. The file is read here and goes nowhere; without data-sha256 only its
    fingerprint is looked up (data-lookup). */
import { hex } from './der.js';
import { signatures } from './pdf-signature.js';

const LARGEST = 50 * 1024 * 1024; // bytes
const MOST = 9; // fingerprints to look up for one file
const MARK = [...'%%EOF'].map((letter) => letter.charCodeAt(0));

const fingerprint = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** Where the file may have ended before something was added to it, the latest first. */
const ends = (bytes) => {
  const found = [bytes.length];
  for (let at = bytes.length - MARK.length; at >= 0 && found.length < MOST; at -= 1) {
    if (MARK.every((byte, i) => bytes[at + i] === byte)) {
      const after = at + MARK.length;
      for (let more = 0; more < 3 && after + more < bytes.length; more += 1) {
        if (more && bytes[after + more - 1] !== 10 && bytes[after + more - 1] !== 13) break;
        found.push(after + more);
      }
    }
  }
  return found;
};

export default (element) => {
  const { lookup, signer: recorded } = element.dataset;
  const one = (selector) => element.querySelector(selector);
  const input = one('input[type=file]');
  const drop = one('[data-drop]');
  const date = new Intl.DateTimeFormat(document.documentElement.lang === 'th' ? 'th-TH-u-ca-buddhist' : 'en-GB',
    { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Bangkok' });
  let turn = 0;

  /** same, inside or other than the file of the record; the record is looked up when the page has none. */
  const compare = async (bytes) => {
    if (element.dataset.sha256) {
      const { sha256, size } = element.dataset;
      if (bytes.length < Number(size) || await fingerprint(bytes.subarray(0, Number(size))) !== sha256) return { verdict: 'other', recorded };
      return { verdict: bytes.length === Number(size) ? 'same' : 'inside', recorded };
    }
    for (const end of ends(bytes)) {
      const answer = await fetch(lookup + await fingerprint(bytes.subarray(0, end)));
      if (answer.ok) {
        const html = await answer.text();
        const { content } = Object.assign(document.createElement('template'), { innerHTML: html });
        return { verdict: end === bytes.length ? 'same' : 'inside', html, recorded: content.firstElementChild.dataset.signer };
      }
      if (answer.status !== 404) return { verdict: 'offline' };
    }
    return { verdict: 'unknown' };
  };

  const report = (signature, record) => {
    const entry = one('template').content.cloneNode(true);
    const fill = (name, value) => {
      const row = entry.querySelector(`[data-fact=${name}]`);
      row.hidden = !value;
      row.querySelector('dd').textContent = value ?? '';
    };
    const shown = [signature.state, signature.later && 'later'];
    if (signature.state === 'good' && record !== undefined) shown.push(record === signature.fingerprint ? 'recorded' : 'unrecorded');
    for (const part of entry.querySelectorAll('[data-if]')) part.hidden = !shown.includes(part.dataset.if);
    fill('signer', signature.signer);
    fill('issuer', signature.issuer);
    fill('claimed', signature.claimed && date.format(signature.claimed));
    fill('stamped', signature.stamped && date.format(signature.stamped));
    fill('fingerprint', signature.fingerprint);
    return entry;
  };

  const judge = async (file) => {
    if (file.size === 0) return { verdict: 'empty', found: null };
    if (file.size > LARGEST) return { verdict: 'large', found: null };
    const bytes = new Uint8Array(await file.arrayBuffer());
    const result = await compare(bytes);
    const isPdf = new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-');
    return { ...result, found: isPdf ? await signatures(bytes) : null };
  };

  const show = async (file) => {
    turn += 1;
    const mine = turn;
    element.setAttribute('aria-busy', 'true');
    const { verdict, html = '', recorded: record, found } = await judge(file).catch(() => ({ verdict: 'failed', found: null }));
    if (mine !== turn) return; // another file was chosen meanwhile
    for (const part of element.querySelectorAll('[data-verdict]')) part.hidden = part.dataset.verdict !== verdict;
    one('[data-name]').textContent = file.name;
    one('[data-record]').innerHTML = html;
    const entries = (found ?? []).map((signature) => report(signature, record));
    one('[data-signatures]').replaceChildren(...entries);
    one('[data-unsigned]').hidden = found?.length !== 0;
    one('[data-limits]').hidden = !entries.length;
    element.dataset.done = verdict;
    element.removeAttribute('aria-busy');
  };

  const usable = Boolean(globalThis.crypto?.subtle);
  one('[data-live]').hidden = !usable;
  one('[data-unusable]').hidden = usable;
  input.addEventListener('change', () => input.files[0] && show(input.files[0]));
  for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover' || kind === 'dragenter');
    });
  }
  drop.addEventListener('drop', (event) => event.dataTransfer.files[0] && show(event.dataTransfer.files[0]));
};
