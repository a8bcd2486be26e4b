// What the screen always says: connected or not, how old the data are, what was not sent, who is in of how many.

import { both } from './words.js';

const find = (selector) => document.querySelector(selector);

export class Status {
  #store;
  #time;
  #known = { in: null, expected: null };

  constructor(store, time) {
    this.#store = store;
    this.#time = time;
  }

  /** The event, the phone's place at it, and the checkpoints and gates to choose from. */
  facts(facts, checkpointId) {
    document.title = both(facts.event.title);
    find('[data-title]').textContent = both(facts.event.title);
    find('[data-label]').textContent = facts.device.label;
    document.body.dataset.mode = facts.device.mode;
    options(find('[data-checkpoint]'), facts.checkpoints.map(({ id, name }) => [id, both(name)]), checkpointId);
    options(find('[data-gate]'), facts.gates, facts.gate ?? facts.device.gate);
    for (const part of document.querySelectorAll('[data-needs]')) part.hidden = !facts.device.grants.includes(part.dataset.needs);
    const call = find('[data-call]');
    call.hidden = !facts.event.call;
    call.href = `tel:${facts.event.call}`;
  }

  /** What the server counts at the checkpoint; without it, what it counted last. */
  async counts(counts, checkpointId) {
    if (counts) await this.#store.putFact(`counts-${checkpointId}`, { in: counts.in, expected: counts.expected });
    this.#known = counts ?? (await this.#store.fact(`counts-${checkpointId}`)) ?? { in: null, expected: null };
    return this.show(null, checkpointId);
  }

  /** Draw it all anew; `sync` says whether the server answered last. */
  async show(sync, checkpointId) {
    if (sync) this.#sync = sync;
    if (checkpointId) this.#checkpoint = checkpointId;
    const [unsent, unsentIn, at] = await Promise.all([this.#store.unsent(), this.#store.unsentIn(this.#checkpoint), this.#store.fact('at')]);
    const online = this.#sync?.online ?? false;
    find('[data-online]').hidden = !online;
    find('[data-offline]').hidden = online;
    find('[data-age]').textContent = at ? this.#time(at) : '–';
    find('[data-age-box]').hidden = online;
    find('[data-unsent-box]').hidden = unsent === 0;
    find('[data-unsent]').textContent = unsent;
    const { in: inside, expected } = this.#known;
    find('[data-count=in]').textContent = inside === null ? '–' : inside + unsentIn;
    find('[data-count=expected]').textContent = expected ?? '–';
    navigator.setAppBadge?.(unsent).catch(() => {});
  }

  #sync = null;
  #checkpoint = null;
}

/** Fill a list to choose from, [value, text] each; hidden while there is no choice. */
function options(select, choices, chosen) {
  const wanted = choices.map(([value, text]) => `${value}:${text}`).join('\n');
  if (select.dataset.filled !== wanted) {
    select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
    select.dataset.filled = wanted;
  }
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
  select.closest('label').hidden = choices.length < 2;
}
