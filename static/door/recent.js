// The scans this page made, the latest first. Names are only here, for as long as the page is open: what the
// phone keeps on disk is sealed.

const KEPT = 30;

/** Wire the list in `dialog`; `onUndo(nonce)`. Returns {add, of, undone, refused, mark, clear}. */
export function wireRecent(dialog, { time, onUndo }) {
  const list = dialog.querySelector('[data-recent]');
  const nothing = dialog.querySelector('[data-nothing]');
  const row = dialog.querySelector('template');
  const opener = document.querySelector('[data-open=recent]');
  const itemOf = (nonce) => [...list.children].find(({ dataset }) => dataset.nonce === nonce);

  const put = (nonce, colour, texts) => {
    const item = row.content.firstElementChild.cloneNode(true);
    Object.assign(item.dataset, { nonce, colour });
    for (const place of item.querySelectorAll('[data-scan]')) place.textContent = texts[place.dataset.scan];
    const before = itemOf(nonce);
    if (before) before.replaceWith(item);
    else list.prepend(item);
    while (list.children.length > KEPT) list.lastElementChild.remove();
    nothing.hidden = true;
    return item;
  };

  /** Add a result, or put it in the place of the earlier one of the same scan. */
  const add = (result, colour, { claimed_at: at }) => {
    const texts = { time: time(at), name: result.name || result.title, title: result.name ? result.title : '' };
    const item = put(result.nonce, colour, texts);
    item.dataset.verdict = result.verdict;
    const button = item.querySelector('button');
    button.hidden = !result.undoable;
    button.addEventListener('click', () => onUndo(result.nonce));
  };

  /** The verdict that the list shows of a scan, or null. */
  const of = (nonce) => itemOf(nonce)?.dataset.verdict ?? null;

  const undone = (nonce) => {
    const item = itemOf(nonce);
    if (!item) return;
    item.dataset.undone = '';
    item.querySelector('button').hidden = true;
  };

  /** The server did not take it: its sentence stays in the list. */
  const refused = (message, { nonce, claimed_at: at, person }) => {
    const name = itemOf(nonce)?.querySelector('[data-scan=name]').textContent ?? person?.first_name ?? '';
    mark();
    put(nonce, 'red', { time: time(at), name: name || message, title: name ? message : '' });
  };

  /** Something in the list needs a look: the button that opens it says so until then. */
  const mark = () => (opener.dataset.marked = '');
  opener.addEventListener('click', () => delete opener.dataset.marked);

  /** The names go, with the right to see them. */
  const clear = () => list.replaceChildren();

  return { add, of, undone, refused, mark, clear };
}
