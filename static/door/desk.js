// What a reading becomes: judged at once from what the phone knows, kept, then sent. Nobody waits for the network.

import { cleanCode, shortCode } from './clean.js';
import { forceable, judge } from './judge.js';
import { findKey, knownOf, unseal } from './roster.js';
import { uuid } from './uuid.js';

const ROW = /^S(\d{1,10})\.\d{1,10}\.[A-Z2-7]{10}$/;

export class Desk {
  #store;
  #sync;
  #hosts;
  facts = null;

  constructor(store, sync, hosts) {
    this.#store = store;
    this.#sync = sync;
    this.#hosts = hosts;
  }

  /** The checkpoint of a row of a signed sheet that is ours by its looks, else null. */
  rowOf(code) {
    const found = ROW.exec(code.trim().toUpperCase());
    const checkpoint = found && Number(found[1]);
    return this.facts?.checkpoints.some(({ id }) => id === checkpoint) ? checkpoint : null;
  }

  get now() {
    return Date.now() + this.#sync.offset;
  }

  /**
   * Judge and keep one attempt: `code` as read, or `registration` (and `find`, where the phone carries names) from the
   * search. Returns {item, result}; the result's `local` says that the server has not spoken yet.
   */
  async scan({ code = '', registration, find, name, organisation, source, direction, forced = false }, checkpointId) {
    const at = this.now;
    const item = { nonce: uuid(), code, ...(registration && { registration }), direction, source, claimed_at: new Date(at).toISOString(), forced };
    if (this.facts.gate) item.gate = this.facts.gate;
    const row = source === 'camera' ? this.rowOf(code) : null;
    if (row !== null) return this.#keepRow({ ...item, source: 'paper', code: code.trim() }, row);
    const clean = code && cleanCode(code, this.#hosts);
    const key = clean ? await findKey(clean) : find;
    const { person, retiredAt, log } = key ? await this.#store.lookUp(key, checkpointId) : { person: null, retiredAt: null, log: [] };
    const checkpoint = this.facts.checkpoints.find(({ id }) => id === checkpointId);
    const known = knownOf(person, retiredAt, this.facts.event.id);
    const attempt = { direction, claimedAt: at, receivedAt: at, enrolledAt: 0, offline: false, forced, shown: null };
    const judged = judge(this.facts.event.id, checkpoint, known, attempt, log);
    // A code that looks right and is not in the roster may be newer than the roster: the server, or the staff, decide.
    const right = Boolean(clean) || registration !== undefined || (source === 'typed' && shortCode(code) !== null);
    const unsure = known === null && right;
    const verdict = unsure ? (forced ? 'ok' : 'unverified') : judged.verdict;
    const who = person && clean ? await unseal(clean, person[0]) : { name, organisation };
    const shown = forced && (unsure || judged.forcedNeeded) ? (unsure ? 'unverified' : judged.wouldBe) : verdict;
    const admitted = verdict === 'ok';
    const entry = key && admitted && { find: key, nonce: item.nonce, checkpoint: checkpointId, direction, at, gate: this.gateName, admitted, undone: false };
    await this.#store.keep(checkpointId, { ...item, shown, admitted, alone: !this.#sync.online }, entry || null);
    const result = {
      nonce: item.nonce, verdict, direction, ...who, local: true, unsure,
      categoryId: person?.[1] ?? null, sessionIds: person?.[5] ?? [], checkpoint,
      firstIn: verdict === 'already_in' ? judged.firstIn : null,
      canForce: (this.may('force') && forceable(verdict)) || (verdict === 'unverified' && this.facts.device.mode === 'staff'), undoable: admitted && this.may('undo'),
    };
    return { item, result };
  }

  /** Let in whom the phone could not verify; false when the server has judged meanwhile. */
  async letIn({ nonce, direction, claimed_at: at, code }, checkpoint) {
    const clean = cleanCode(code, this.#hosts);
    const entry = clean && { find: await findKey(clean), nonce, checkpoint, direction, at: Date.parse(at), gate: this.gateName, admitted: true, undone: false };
    return this.#store.force(nonce, entry);
  }

  async #keepRow(item, checkpointId) {
    await this.#store.keep(checkpointId, { ...item, shown: 'ok', admitted: false });
    return { item, result: { nonce: item.nonce, verdict: 'ok', direction: 'in', row: true, local: true, name: '' } };
  }

  /** Keep something that is no scan: an undoing, a walk-in, a signature. Returns it as kept. */
  async put(kind, checkpointId, values, more = {}) {
    const item = { kind, nonce: uuid(), claimed_at: new Date(this.now).toISOString(), ...values };
    await this.#store.keep(checkpointId, { ...item, ...more, alone: !this.#sync.online });
    return item;
  }

  async undo(nonce, checkpointId) {
    await this.#store.annul(nonce);
    return this.put('undo', checkpointId, { target: nonce });
  }

  may = (grant) => this.facts?.device.grants.includes(grant) ?? false;

  get gateName() {
    const id = this.facts.gate ?? this.facts.device.gate;
    return this.facts.gates.find(([gate]) => gate === id)?.[1] ?? '';
  }
}
