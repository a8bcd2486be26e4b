// One reading's way: judged, kept, shown; then the server's word on it, and what the staff decide about it.

import { colourOf } from './result.js';
import { inWords, sentence } from './words.js';

const PATIENCE = 2500; // how long a code that the phone does not know waits for the server's word
const STILL_HERE = 20_000; // how long the person stands at the door

/** Returns {submit, answered, undo, walkIn}. `parts`: {desk, store, sync, view, status, checking, checkpointId, direction, sheets, recent, pad}. */
export function makeFlow(parts) {
  const { desk, sync, view, status, checking, checkpointId, direction } = parts;
  const waiting = new Map(); // nonce → what to do with the server's answer
  let last = Promise.resolve();

  /** Show a result, the phone's or the server's, with what may be done about it. */
  function show(result, item, quiet = false) {
    const here = desk.facts.checkpoints.find(({ id }) => id === item.checkpoint) ?? {};
    view.show(result, {
      force: result.can_force && (() => force(result, item)),
      undo: result.undoable && desk.may('undo') && (() => undo(result.nonce)),
      sign: here.signature && result.verdict === 'ok' && result.direction !== 'out' && !result.row && (() => sign(result, item)),
    }, quiet);
  }

  /** One reading, after those before it. */
  function submit(reading) {
    if (sync.stopped || !desk.facts) return;
    parts.sheets.closeAll();
    last = last.then(() => take(reading)).catch(failed);
  }

  async function take(reading) {
    const where = checkpointId();
    const { item, result } = await desk.scan({ direction: direction(), ...reading }, where);
    Object.assign(item, { checkpoint: where });
    const answer = sync.now();
    if (result.unsure && sync.online && !reading.forced) {
      checking.hidden = false;
      const told = await Promise.race([
        new Promise((resolve) => waiting.set(item.nonce, resolve)),
        answer.then(() => new Promise((resolve) => setTimeout(resolve, 200))),
        new Promise((resolve) => setTimeout(resolve, PATIENCE)),
      ]);
      waiting.delete(item.nonce);
      checking.hidden = true;
      if (told) return;
    }
    const words = inWords(result, desk.facts, view.time);
    parts.recent.add(words, colourOf(words.verdict), item);
    show(words, item);
    status.show();
  }

  /** The server's word on what the phone has judged or could not judge. */
  function answered(result, item) {
    const { recent } = parts;
    if (result.error) {
      recent.refused(result.error.message, item);
      if (view.shown === result.nonce) show({ nonce: result.nonce, verdict: 'refused', title: sentence('not-taken'), message: result.error.message }, item);
      return;
    }
    if (!result.verdict) return;
    const before = recent.of(result.nonce);
    const told = { ...result, ...(item.source === 'paper' && result.verdict === 'ok' && { title: sentence('row') }), direction: item.direction };
    const asked = waiting.get(result.nonce);
    recent.add(told, colourOf(result.verdict), item);
    asked?.(true);
    const here = view.shown === result.nonce;
    const agreed = before === result.verdict && !asked;
    // Not over the next person, nor when the person has long gone on: then the list says so, with its colour.
    const still = Date.now() - Date.parse(item.claimed_at) < STILL_HERE;
    if (!agreed && !(still && (here || view.shown === null))) recent.mark();
    if (asked || (before !== null && !agreed && still && (here || view.shown === null))) show(told, { checkpoint: checkpointId(), ...item });
    else if (here && (result.ask || item.source === 'paper')) show(told, { checkpoint: checkpointId(), ...item }, true);
  }

  async function force(result, item) {
    view.hide();
    if (result.verdict === 'unverified' && (await desk.letIn(item, item.checkpoint))) {
      const words = { ...inWords({ ...result, verdict: 'ok' }, desk.facts, view.time), undoable: desk.may('undo'), can_force: false };
      parts.recent.add(words, 'green', item);
      show(words, item);
      sync.now();
    } else submit({ code: item.code, registration: item.registration, source: item.source, direction: item.direction, forced: true });
  }

  async function undo(nonce) {
    await desk.undo(nonce, checkpointId());
    parts.recent.undone(nonce);
    view.hide();
    parts.sheets.notice(sentence('undone'));
    parts.sheets.open('recent');
    sync.now();
  }

  function sign(result, item) {
    view.hide();
    parts.pad(result.name, async (path) => {
      await desk.put('signature', item.checkpoint, { target: result.nonce, path });
      sync.now();
    });
  }

  async function walkIn(person, name) {
    const where = checkpointId();
    const item = await desk.put('walk_in', where, person, { shown: 'ok', admitted: true, direction: 'in' });
    parts.sheets.closeAll();
    const result = { nonce: item.nonce, verdict: 'ok', welcome: true, name, organisation: person.organisation_name, categoryId: person.category, local: true };
    const words = inWords(result, desk.facts, view.time);
    parts.recent.add(words, 'green', item);
    show(words, { ...item, checkpoint: where });
    sync.now();
  }

  function failed(error) {
    console.error(error);
    view.show({ verdict: 'refused', title: sentence('not-kept'), message: sentence('not-kept-message') });
  }

  return { submit, answered, undo, walkIn };
}
