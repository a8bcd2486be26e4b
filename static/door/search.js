// Finding a person by name, where the organiser granted it: at the server, or among the names that this phone may carry.

import { get } from './api.js';
import { sentence } from './words.js';

const SHORTEST = 2;
const PAUSE = 250;
const MOST = 20;

/** A name as it is searched: without spaces, tone marks and the like. */
const fold = (text) => text.normalize('NFC').toLowerCase().replace(/[\s\u0e47-\u0e4e\u200b.]/g, '');

/** How somebody without a seat stands. */
export const statusText = (status = 'confirmed') => (status === 'confirmed' ? '' : sentence(status));

/** Wire the search `form`; `names()` gives the phone's own list while it is offline; `onChoose(person)` when one is touched. */
export function wireSearch(form, url, { names, onChoose }) {
  const input = form.querySelector('input');
  const list = form.querySelector('[data-people]');
  const nobody = form.querySelector('[data-nobody]');
  const away = form.querySelector('[data-away]');
  const row = form.querySelector('template');
  let timer;
  let asked = 0;

  const show = (people) => {
    nobody.hidden = people.length > 0;
    list.replaceChildren(
      ...people.map((person) => {
        const item = row.content.cloneNode(true);
        Object.assign(person, { status_text: statusText(person.status) });
        for (const place of item.querySelectorAll('[data-person]')) place.textContent = person[place.dataset.person] ?? '';
        item.querySelector('[data-in]').hidden = !person.in;
        item.querySelector('button').addEventListener('click', () => onChoose(person));
        return item;
      }),
    );
  };

  const carried = (all, words) =>
    all
      .filter(([, , name, organisation]) => words.split(/\s+/).every((word) => fold(name + organisation).includes(fold(word))))
      .slice(0, MOST)
      .map(([found, registration, name, organisation]) => ({ find: found, registration, name, organisation }));

  const ask = async () => {
    const words = input.value.trim();
    const turn = ++asked;
    away.hidden = true;
    if (words.length < SHORTEST) {
      list.replaceChildren();
      nobody.hidden = true;
      return;
    }
    const own = await names();
    try {
      const people = own?.length ? carried(own, words) : (await get(`${url}?${new URLSearchParams({ q: words })}`)).people;
      if (turn === asked) show(people);
    } catch {
      away.hidden = false;
    }
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
}
