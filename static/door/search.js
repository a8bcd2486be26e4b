// Finding a person by name, where the organiser granted it.

import { get } from './api.js';

const SHORTEST = 2;
const PAUSE = 250;

/** Wire the search `form`; `onChoose(registration)` when a person is touched, `onError(ApiError)`. */
export function wireSearch(form, url, { onChoose, onError }) {
  const input = form.querySelector('input');
  const list = form.querySelector('[data-people]');
  const nobody = form.querySelector('[data-nobody]');
  const row = form.querySelector('template');
  let timer;
  let asked = 0;

  const show = (people) => {
    nobody.hidden = people.length > 0;
    list.replaceChildren(
      ...people.map((person) => {
        const item = row.content.cloneNode(true);
        for (const place of item.querySelectorAll('[data-person]')) {
          place.textContent = person[place.dataset.person] ?? '';
        }
        item.querySelector('[data-in]').hidden = !person.in;
        item.querySelector('button').addEventListener('click', () => onChoose(person.registration));
        return item;
      }),
    );
  };

  const ask = async () => {
    const words = input.value.trim();
    const turn = ++asked;
    if (words.length < SHORTEST) {
      list.replaceChildren();
      nobody.hidden = true;
      return;
    }
    try {
      const { people } = await get(`${url}?${new URLSearchParams({ q: words })}`);
      if (turn === asked) show(people);
    } catch (error) {
      onError(error);
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
