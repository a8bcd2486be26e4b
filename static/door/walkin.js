// Somebody without a registration: the fewest fields, with or without the network.

import { both } from './words.js';

const FIELDS = ['title', 'first_name', 'last_name', 'organisation_name', 'phone'];

/** Wire the walk-in `form`; `onPerson(person, name)` when it is complete. Returns facts(facts), which fills its categories. */
export function wireWalkIn(form, onPerson) {
  const { elements } = form;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const first = elements.first_name;
    const missing = !first.value.trim();
    first.setAttribute('aria-invalid', String(missing));
    form.querySelector('[data-name-error]').hidden = !missing;
    if (missing) return first.focus();
    const person = Object.fromEntries(FIELDS.map((name) => [name, elements[name].value.trim()]));
    const name = [person.title + person.first_name, person.last_name].filter(Boolean).join(' ');
    onPerson({ ...person, category: Number(elements.category_id.value) || null }, name);
    // The next in the queue often comes from the same enterprise.
    for (const field of ['title', 'first_name', 'last_name', 'phone']) elements[field].value = '';
  });
  return (facts) => {
    const chosen = elements.category_id.value;
    const shown = facts.categories.filter(([, , , hidden]) => !hidden);
    const offered = shown.length ? shown : facts.categories;
    elements.category_id.replaceChildren(...offered.map(([id, ...name]) => new Option(both(name), id)));
    if (chosen) elements.category_id.value = chosen;
    elements.category_id.closest('div').hidden = offered.length < 2;
  };
}
