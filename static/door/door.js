// The door page: what the camera, a keyboard scanner, typing and the search read becomes a scan, the
// scan is sent, the answer is shown. One scan at a time, in the order they were made.

import { cleanCode } from './clean.js';
import { pollCounts } from './counts.js';
import { wireRecent } from './recent.js';
import { colourOf, ResultView } from './result.js';
import { makeScan, sendScan, undoScan } from './scans.js';
import { wireSearch } from './search.js';
import { wireSheets } from './sheets.js';
import { unlockSound } from './sound.js';
import { wireStage } from './stage.js';
import { listenForScanner } from './wedge.js';

const REMEMBERED = 'door.checkpoint';

const page = document.querySelector('[data-door]');
const { dataset } = page;
const find = (selector) => document.querySelector(selector);
const grants = dataset.grants.split(' ');
const hosts = dataset.hosts.toLowerCase().split(' ');
const checkpoint = find('[data-checkpoint]');
const view = new ResultView(find('[data-result-view]'), dataset.zone);
let pending = 0;
let last = Promise.resolve();
let stopped = false;

const checkpointId = () => (/^\d+$/.test(checkpoint.value) ? Number(checkpoint.value) : checkpoint.value);
const direction = () => find('input[name=direction]:checked').value;

function showOnline(online) {
  find('[data-online]').hidden = !online;
  find('[data-offline]').hidden = online;
}

function showCounts(counts) {
  showOnline(true);
  for (const place of document.querySelectorAll('[data-count]')) {
    place.textContent = counts?.[place.dataset.count] ?? place.textContent;
  }
}

function failed(error) {
  if (error.kind === 'network') showOnline(false);
  if (error.kind !== 'stopped' || stopped) return;
  stopped = true;
  view.hide();
  sheets.closeAll();
  stage.stop(error.detail);
}

async function send(scan, at) {
  try {
    const { result, counts } = await sendScan(dataset.scans, at, scan);
    showCounts(counts);
    recent.add(result, colourOf(result.verdict), scan.claimed_at);
    view.show(result, {
      force: grants.includes('force') && result.can_force && (() => submit({ ...scan, forced: true })),
      undo: grants.includes('undo') && result.undoable && (() => undo(result.nonce)),
    });
  } catch (error) {
    failed(error);
    if (error.kind === 'stopped') return;
    const kind = error.kind === 'network' ? 'unsent' : 'refused';
    view.show(
      { verdict: kind, title: dataset[kind === 'unsent' ? 'textUnsent' : 'textRefused'],
        message: error.detail || dataset[kind === 'unsent' ? 'textUnsentMessage' : 'textRefusedMessage'] },
      { retry: kind === 'unsent' && (() => queue(scan, at)) },
    );
  }
}

/** Send after those before it. A retry passes the same scan, so the nonce stays. */
function queue(scan, at) {
  view.hide();
  pending += 1;
  find('[data-checking]').hidden = false;
  last = last.then(() => send(scan, at)).finally(() => {
    pending -= 1;
    find('[data-checking]').hidden = pending === 0;
  });
}

function submit(reading) {
  if (stopped) return;
  sheets.closeAll();
  queue(makeScan({ direction: direction(), ...reading }), checkpointId());
}

async function undo(nonce) {
  try {
    const { ok, message } = await undoScan(dataset.undo, nonce);
    if (ok) recent.undone(nonce);
    sheets.notice(message);
    askCounts();
  } catch (error) {
    failed(error);
    sheets.notice(error.detail || dataset.textUnsentMessage);
  }
  if (stopped) return;
  view.hide();
  sheets.open('recent');
}

const stage = wireStage({
  workerUrl: dataset.worker,
  // Not while a scan is on its way, nor over what somebody is typing.
  onText: (text) => (pending || sheets.isOpen() ? false : submit({ code: text, source: 'camera' })),
});
const sheets = wireSheets({
  isCode: (text) => cleanCode(text, hosts) !== null,
  onCode: (code, source) => submit({ code, source }),
  readPhoto: (photo) => stage.camera.read(photo),
  noCodeText: dataset.textNoCode,
});
const recent = wireRecent(find('[data-sheet=recent]'), {
  time: (iso) => view.time(iso),
  onUndo: grants.includes('undo') && undo,
});
const countsUrl = () => `${dataset.counts}?${new URLSearchParams({ checkpoint: checkpoint.value })}`;
const askCounts = pollCounts(countsUrl, showCounts, failed);

if (grants.includes('search')) {
  wireSearch(find('[data-search-form]'), dataset.search, {
    onChoose: (registration) => submit({ registration, source: 'search' }),
    onError: failed,
  });
}
listenForScanner((readings) => {
  const code = readings.find((reading) => cleanCode(reading, hosts)) ?? readings[0];
  submit({ code, source: 'keyboard' });
});
unlockSound(find('[data-sound]'));

const remembered = localStorage.getItem(REMEMBERED);
if ([...checkpoint.options].some(({ value }) => value === remembered)) checkpoint.value = remembered;
checkpoint.addEventListener('change', () => {
  localStorage.setItem(REMEMBERED, checkpoint.value);
  checkpoint.blur(); // or a keyboard scanner's letters would choose another one
  askCounts();
});
