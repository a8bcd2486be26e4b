// The door: what the camera, a keyboard scanner, typing and the search read becomes a scan; it is judged
// here, shown, kept and sent, in the order in which it was made.

import { cleanCode, shortCode } from './clean.js';
import { Desk } from './desk.js';
import { makeFlow } from './flow.js';
import { wirePerson } from './person.js';
import { wireRecent } from './recent.js';
import { ResultView } from './result.js';
import { wireSearch } from './search.js';
import { wireSheets } from './sheets.js';
import { wirePad } from './sign.js';
import { unlockSound } from './sound.js';
import { wireStage } from './stage.js';
import { Status } from './status.js';
import { Store } from './store.js';
import { Sync } from './sync.js';
import { wireWalkIn } from './walkin.js';
import { listenForScanner } from './wedge.js';
import { sentence } from './words.js';

const find = (selector) => document.querySelector(selector);
const { dataset } = find('[data-door]');
const urls = Object.fromEntries(Object.entries(dataset).map(([name, url]) => [name.slice(3).toLowerCase(), url])); // data-url-scans → scans
const hosts = dataset.hosts.toLowerCase().split(' ');
const checkpoint = find('[data-checkpoint]');
const checkpointId = () => Number(checkpoint.value) || Number(localStorage.getItem('door.checkpoint')) || null;
const direction = () => find('input[name=direction]:checked').value;
const view = new ResultView(find('[data-result-view]'));
const store = await Store.open().catch(() => null);
if (!store) find('[data-no-store]').hidden = false;

const status = new Status(store, view.time);

const sync = new Sync(store, urls, checkpointId, {
  facts,
  counts: (counts) => status.counts(counts, checkpointId()),
  state: () => status.show(sync, checkpointId()),
  results: (results, items) => results.forEach((result, n) => flow.answered(result, items.find(({ nonce }) => nonce === result.nonce) ?? items[n])),
  stopped: (error, unsent) => {
    view.hide();
    sheets.closeAll();
    recent.clear();
    stage.stop(error.detail);
    find('[data-stopped-unsent]').hidden = unsent === 0;
    status.show(sync, checkpointId());
  },
});
const desk = new Desk(store, sync, hosts);
const parts = { desk, sync, view, status, checkpointId, direction, checking: find('[data-checking]') };
const flow = makeFlow(parts);
const { submit } = flow;

function facts(told) {
  const first = !desk.facts;
  const gate = Number(localStorage.getItem('door.gate'));
  desk.facts = { ...told, gate: told.gates.some(([id]) => id === gate) ? gate : null };
  view.zone = told.event.zone;
  view.kiosk = told.device.mode === 'kiosk';
  status.facts(desk.facts, Number(localStorage.getItem('door.checkpoint')));
  fillWalkIn(told);
  stage.ready();
  if (first) {
    status.counts(null, checkpointId());
    sync.now(); // for the counts of the checkpoint that is now chosen
  }
}

const stage = wireStage({
  workerUrl: urls.worker,
  // Not over what somebody is typing.
  onText: (text) => (sheets.isOpen() || !desk.facts ? false : submit({ code: text, source: 'camera' })),
});
const sheets = wireSheets({
  isCode: (text) => (cleanCode(text, hosts) ?? shortCode(text)) !== null,
  onCode: (code, source) => submit({ code, source }),
  readPhoto: (photo) => stage.camera.read(photo),
  noCodeText: sentence('no-code'),
});
const recent = wireRecent(find('[data-sheet=recent]'), { time: view.time, onUndo: flow.undo });
const pad = wirePad(find('[data-pad]'));
const fillWalkIn = wireWalkIn(find('[data-walk-in]'), flow.walkIn);
Object.assign(parts, { sheets, recent, pad });
const person = wirePerson(urls, { sheets, submit, checkpoint: checkpointId, may: desk.may });
wireSearch(find('[data-search-form]'), urls.search, { names: () => (sync.online ? null : store.names()), onChoose: person });
listenForScanner((readings) => {
  const code = readings.find((reading) => cleanCode(reading, hosts) || desk.rowOf(reading)) ?? readings[0];
  submit({ code, source: desk.rowOf(code) ? 'camera' : 'keyboard' });
});
unlockSound(find('[data-sound]'));
for (const [select, name] of [[checkpoint, 'door.checkpoint'], [find('[data-gate]'), 'door.gate']]) {
  select.addEventListener('change', () => {
    localStorage.setItem(name, select.value);
    select.blur(); // or a keyboard scanner's letters would choose another one
    facts(desk.facts);
    status.counts(null, checkpointId());
    sync.now();
  });
}
window.addEventListener('beforeunload', (event) => Number(find('[data-unsent]').textContent) && event.preventDefault());

const kept = await store?.fact('facts');
if (kept) facts(kept);
status.show(sync, checkpointId());
navigator.storage?.persist?.();
navigator.serviceWorker?.register(urls.sw, { scope: '/door/' }).catch(() => {});
sync.now();
