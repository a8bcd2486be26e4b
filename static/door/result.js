// The verdict, full screen: colour, word, icon, sound. Green goes away by itself, the others when
// touched (at a kiosk all of them go); the camera keeps looking behind it, so the next good code replaces it.

import { signal } from './sound.js';

const STAYS = 2500;
const STAYS_AT_KIOSK = 6000;
const AMBER = new Set([
  'already_in', 'unverified', 'needs_answers', 'waitlisted', 'pending_approval', 'not_confirmed',
]);

export const colourOf = (verdict) => (verdict === 'ok' ? 'green' : AMBER.has(verdict) ? 'amber' : 'red');

export class ResultView {
  #dialog;
  #timer;
  #actions = {};
  #time;
  kiosk = false;
  shown = null; // nonce

  /** `dialog` holds [data-result=…] places and [data-do=force|undo|sign|next] buttons. */
  constructor(dialog) {
    this.#dialog = dialog;
    this.zone = 'Asia/Bangkok';
    dialog.addEventListener('click', ({ target }) => {
      const name = target.closest('[data-do]')?.dataset.do;
      if (name && name !== 'next') this.#actions[name]?.();
      else if (!target.closest('a')) this.hide();
    });
  }

  /** The event's zone tells the clock. */
  set zone(zone) {
    this.#time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  }

  /** HH:MM of a time in the event's zone. */
  time = (moment) => this.#time.format(new Date(moment));

  /** Show a result in the API's words; `actions` are functions for force, undo, sign: those given have a button; `quiet`: more is known of what is shown. */
  show(result, actions = {}, quiet = false) {
    if (!quiet) clearTimeout(this.#timer);
    const colour = colourOf(result.verdict);
    this.#actions = actions;
    this.shown = result.nonce;
    Object.assign(this.#dialog.dataset, { colour, verdict: result.verdict });
    this.#dialog.toggleAttribute('data-local', Boolean(result.local));
    for (const name of ['title', 'name', 'category', 'organisation', 'message', 'note']) this.#fill(name, result[name]);
    const first = result.first_in;
    this.#fill('first_in', first && [this.time(first.at), first.gate].filter(Boolean).join(' · '));
    for (const mark of ['vip', 'wheelchair']) this.#dialog.querySelector(`[data-mark=${mark}]`).hidden = !result[mark];
    for (const button of this.#dialog.querySelectorAll('[data-do]')) {
      button.hidden = button.dataset.do !== 'next' && !actions[button.dataset.do];
    }
    const ask = this.#dialog.querySelector('[data-ask]');
    ask.hidden = !result.ask;
    ask.href = result.ask || '#';
    if (!this.#dialog.open) this.#dialog.showModal();
    if (quiet) return;
    this.#restartBar();
    signal(colour);
    const stays = this.kiosk ? (colour === 'green' ? STAYS : STAYS_AT_KIOSK) : colour === 'green' && !actions.sign ? STAYS : 0;
    if (stays) this.#timer = setTimeout(() => this.hide(), stays);
  }

  hide() {
    clearTimeout(this.#timer);
    this.shown = null;
    if (this.#dialog.open) this.#dialog.close();
  }

  #fill(name, text) {
    for (const place of this.#dialog.querySelectorAll(`[data-result="${name}"]`)) {
      place.textContent = text ?? '';
      const box = place.closest('[data-box]') ?? place;
      box.hidden = !text;
    }
  }

  #restartBar() {
    const bar = this.#dialog.querySelector('[data-bar]');
    bar.replaceWith(bar.cloneNode());
  }
}
