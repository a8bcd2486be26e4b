// From a verdict to what the staff read. All words are in the page, so that they exist once and are translated with it.

const place = document.querySelector('[data-words]');
const language = document.documentElement.lang;

/** One of the two texts [Thai, English] of the facts, in the page's language. */
export const both = ([th, en]) => (language === 'en' ? en || th : th || en);

/** The page's sentence `name`, its {places} filled; "" where there is none. */
export const sentence = (name, values = {}) =>
  (place.querySelector(`[data-word="${name}"]`)?.textContent ?? '').replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

function message(result, facts, time) {
  const { verdict, checkpoint } = result;
  if (verdict === 'too_early') return sentence('opens', { time: time(checkpoint.opensAt) });
  if (verdict === 'too_late') return sentence('closed', { time: time(checkpoint.closesAt) });
  const named = (list, ids) => list.filter(([id]) => ids.includes(id)).map(([, ...name]) => both(name));
  const places =
    verdict === 'wrong_session'
      ? named(facts.sessions, result.sessionIds)
      : verdict === 'wrong_category'
        ? facts.checkpoints.filter(({ categories }) => !categories || categories.includes(result.categoryId)).map(({ name }) => both(name))
        : [];
  if (places.length) return sentence('instead', { places: places.join(', ') });
  return (result.canForce && sentence(`${verdict}-by-right`)) || sentence(`${verdict}-message`);
}

/** A result of the phone's own judge in the shape of the server's. */
export function inWords(result, facts, time) {
  const out = result.verdict === 'ok' && result.direction === 'out';
  const category = facts.categories.find(([id]) => id === result.categoryId);
  const key = result.row ? 'row' : result.welcome ? 'walked-in' : out ? 'out' : result.verdict;
  return {
    ...result,
    title: sentence(key),
    message: result.row || out || result.welcome ? sentence(`${key}-message`) : message(result, facts, time),
    category: category ? both(category.slice(1)) : '',
    first_in: result.firstIn && { at: result.firstIn.at, gate: result.firstIn.gate },
    can_force: result.canForce,
    ask: '',
  };
}
