// To and from the server: what happened goes up in batches, what is new comes down. One at a time, again
// and again with growing waits, for ever; nothing leaves the queue before the server has named it.

import { ApiError, get, post } from './api.js';

const EVERY = 10_000;
const WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const FRESH = 4000; // an item that is sent later than this was decided by the phone alone, as any that was made offline

/** When this changes – another event, other rights, other questions at the door – the phone begins anew. */
const rootOf = ({ device, asks }) => JSON.stringify([device.id, device.grants, asks]);

export class Sync {
  #store;
  #urls;
  #on;
  #checkpoint;
  #busy = null;
  #again = false;
  #timer;
  #failures = 0;
  online = false;
  stopped = false;
  offset = 0; // the server's clock minus ours, ms

  /** `on`: {results(results, items), facts(facts), counts(counts), state(), stopped(error, unsent)}; `checkpoint()` is the one whose counts are shown. */
  constructor(store, urls, checkpoint, on) {
    Object.assign(this, { offset: Number(localStorage.getItem('door.offset') ?? 0) });
    this.#store = store;
    this.#urls = urls;
    this.#checkpoint = checkpoint;
    this.#on = on;
    window.addEventListener('online', () => this.now());
    document.addEventListener('visibilitychange', () => document.hidden || this.now());
  }

  /** Send and ask now; resolves when that is done. Called while it runs, it runs once more afterwards. */
  now() {
    clearTimeout(this.#timer);
    this.#again = true;
    this.#busy ??= this.#rounds().finally(() => {
      this.#busy = null;
      const wait = this.online ? EVERY : WAITS[Math.min(this.#failures, WAITS.length - 1)];
      if (!this.stopped) this.#timer = setTimeout(() => this.now(), wait);
    });
    return this.#busy;
  }

  async #rounds() {
    while (this.#again && !this.stopped) {
      this.#again = false;
      try {
        await this.#push();
        await this.#pull();
        await this.#push(); // what was kept before the phone knew its event again
        this.online = true;
        this.#failures = 0;
      } catch (error) {
        await this.#failed(error);
      }
      this.#on.state();
    }
  }

  async #failed(error) {
    if (!(error instanceof ApiError)) console.error(error);
    this.online = false;
    this.#failures += 1;
    if (error.kind !== 'stopped') return;
    this.stopped = true;
    await this.#store.forget();
    const unsent = await this.#store.unsent();
    await post(this.#urls.seen, { unsent, forgotten: true }).catch(() => {});
    this.#on.stopped(error, unsent);
  }

  async #push() {
    const takes = (await this.#store.fact('facts'))?.takes ?? [];
    for (let batch = await this.#store.nextBatch(takes); batch; batch = await this.#store.nextBatch(takes)) {
      const unsent = await this.#store.unsent();
      const scans = batch.items.map((item) => this.#asSent(item));
      const answer = await post(this.#urls.scans, { checkpoint: batch.checkpoint, scans, unsent: Math.max(0, unsent - scans.length) });
      const named = (answer.results ?? []).filter(({ nonce }) => batch.items.some((item) => item.nonce === nonce));
      // An answer that names none of ours is no answer: the next try would be the same for ever.
      if (!named.length) throw new ApiError('network');
      await this.#store.settle(named);
      this.#on.results(named, batch.items);
      if (batch.checkpoint === this.#checkpoint()) this.#on.counts(answer.counts);
    }
  }

  /** What leaves the phone: not what is only for itself. */
  #asSent({ admitted, shown, alone, ...item }) {
    if (item.source === 'paper') return item;
    const late = Date.now() + this.offset - Date.parse(item.claimed_at) > FRESH;
    const offline = alone || late || (item.forced && shown === 'unverified');
    if (item.kind) {
      const { direction, ...values } = item;
      return { ...values, offline };
    }
    return offline ? { ...item, offline, shown } : item;
  }

  async #pull() {
    const since = await this.#store.fact('since');
    let cursor = null;
    for (let after = 0; after !== null; ) {
      const asked = { ...(since && { since }), ...(after && { after }), checkpoint: this.#checkpoint() ?? '' };
      const sent = Date.now();
      const page = await get(`${this.#urls.roster}?${new URLSearchParams(asked)}`);
      if (cursor === null) this.#setClock(Date.parse(page.now) - (sent + Date.now()) / 2);
      cursor ??= page.now;
      const { people, retired, log, names, gone, more, counts, now, ...facts } = page;
      const kept = await this.#store.fact('facts');
      if (kept && rootOf(kept) !== rootOf(facts)) {
        await this.#store.forget();
        this.#again = true;
        return;
      }
      await this.#store.learn(page);
      await this.#store.putFact('facts', facts);
      this.#on.facts(facts);
      if (counts && counts.checkpoint === this.#checkpoint()) this.#on.counts(counts);
      after = more;
    }
    await this.#store.putFact('since', cursor);
    await this.#store.putFact('at', Date.now());
    if (!since || Date.now() - (this.seenAt ?? 0) > 60_000) {
      await post(this.#urls.seen, { unsent: await this.#store.unsent() });
      this.seenAt = Date.now();
    }
  }

  #setClock(offset) {
    this.offset = Math.abs(offset) < 2000 ? 0 : Math.round(offset); // less is the network's doing
    localStorage.setItem('door.offset', this.offset);
  }
}
