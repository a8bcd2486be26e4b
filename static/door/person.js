// What may be done with somebody who was found by name: let in, let a colleague come instead, let the whole enterprise in.

import { get, post } from './api.js';
import { statusText } from './search.js';
import { sentence } from './words.js';

const SEATED = 'confirmed';

/** Returns open(person), which shows the sheet of one person. */
export function wirePerson(urls, { sheets, submit, checkpoint, may }) {
  const sheet = document.querySelector('[data-sheet=person]');
  const part = (name) => sheet.querySelector(`[data-part=${name}]`);
  const form = sheet.querySelector('[data-substitute]');
  const colleagues = sheet.querySelector('[data-colleagues]');
  const row = part('organisation').querySelector('template');
  const error = sheet.querySelector('[data-person-error]');
  let person = null;

  const say = (text) => {
    error.textContent = text;
    error.hidden = !text;
  };
  const trying = async (work) => {
    say('');
    try {
      await work();
    } catch (fault) {
      say(fault.kind === 'network' ? sentence('needs-network') : fault.detail);
    }
  };
  const scan = ({ registration, find, name, organisation }) => submit({ registration, find, name, organisation, source: 'search' });

  sheet.querySelector('[data-admit]').addEventListener('click', () => scan(person));

  sheet.querySelector('[data-whole]').addEventListener('click', () =>
    trying(async () => {
      const asked = new URLSearchParams({ registration: person.registration, checkpoint: checkpoint() });
      const { people } = await get(`${urls.organisation}?${asked}`);
      colleagues.replaceChildren(
        ...people.map((one) => {
          const item = row.content.cloneNode(true);
          Object.assign(one, { status_text: statusText(one.status) });
          const box = item.querySelector('input');
          Object.assign(box, { value: one.registration, checked: !one.in && (one.status ?? SEATED) === SEATED, disabled: one.in });
          for (const place of item.querySelectorAll('[data-person]')) place.textContent = one[place.dataset.person] ?? '';
          item.querySelector('[data-in]').hidden = !one.in;
          return item;
        }),
      );
      part('organisation').hidden = false;
    }),
  );
  sheet.querySelector('[data-admit-all]').addEventListener('click', () => {
    for (const box of colleagues.querySelectorAll('input:checked')) scan({ registration: Number(box.value) });
  });

  sheet.querySelector('[data-instead]').addEventListener('click', () => {
    part('substitute').hidden = false;
    form.elements.first_name.focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    trying(async () => {
      const given = Object.fromEntries(new FormData(form));
      const { registration } = await post(urls.substitute, { ...given, registration: person.registration });
      form.reset();
      scan({ registration });
    });
  });

  return (chosen) => {
    person = chosen;
    say('');
    for (const name of ['organisation', 'substitute']) part(name).hidden = true;
    sheet.querySelector('[data-instead]').hidden = !may('substitute') || chosen.in || Boolean(statusText(chosen.status));
    sheet.querySelector('[data-whole]').hidden = !chosen.organisation || Boolean(chosen.find);
    for (const place of sheet.querySelectorAll('[data-chosen]')) place.textContent = chosen[place.dataset.chosen] ?? '';
    sheets.open('person');
  };
}
