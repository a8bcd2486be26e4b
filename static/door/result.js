// The verdict, full screen: colour, word, icon, sound. Green goes away by itself, the others when
// touched; the camera keeps looking behind it, so the next good code replaces it.

import { signal } from './sound.js';

const STAYS = 2500;
const AMBER = new Set([
  'already_in', 'unverified', 'needs_answers', 'waitlisted', 'pending_approval', 'not_confirmed', 'unsent',
]);

/** The colour of a verdict; `unsent` is the page's own: the server has not answered. */
export const colourOf = (verdict) => (verdict === 'ok' ? 'green' : AMBER.has(verdict) ? 'amber' : 'red');

export class ResultView {
  #dialog;
  #timer;
  #actions = {};
  #time;

  /** `dialog` holds [data-result=…] places and [data-do=force|undo|retry|next] buttons. */
  constructor(dialog, zone) {
    this.#dialog = dialog;
    this.#time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
    dialog.addEventListener('click', ({ target }) => {
      const name = target.closest('[data-do]')?.dataset.do;
      if (name && name !== 'next') this.#actions[name]?.();
      else this.hide();
    });
  }

  /** HH:MM of an ISO time in the event's zone. */
  time(iso) {
    return this.#time.format(new Date(iso));
  }

  /** Show a result of the API; `actions` are functions for force, undo, retry: those given have a button. */
  show(result, actions = {}) {
    clearTimeout(this.#timer);
    const colour = colourOf(result.verdict);
    this.#actions = actions;
    this.#dialog.dataset.colour = colour;
    this.#dialog.dataset.verdict = result.verdict;
    this.#fill('title', result.title);
    this.#fill('name', result.name);
    this.#fill('category', result.category);
    this.#fill('organisation', result.organisation);
    this.#fill('message', result.message);
    this.#fill('note', result.note);
    const first = result.first_in;
    this.#fill('first_in', first && [this.time(first.at), first.gate].filter(Boolean).join(' · '));
    for (const button of this.#dialog.querySelectorAll('[data-do]')) {
      button.hidden = button.dataset.do !== 'next' && !actions[button.dataset.do];
    }
    const ask = this.#dialog.querySelector('[data-ask]');
    ask.hidden = !result.ask;
    ask.href = result.ask || '#';
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#restartBar();
    signal(colour);
    if (colour === 'green') this.#timer = setTimeout(() => this.hide(), STAYS);
  }

  hide() {
    clearTimeout(this.#timer);
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
