// The scans this page made, the latest first; each can be undone while the server allows it.

const KEPT = 20;

/** Wire the list in `dialog`; `onUndo(nonce)` returns whether it was undone. Returns {add, undone}. */
export function wireRecent(dialog, { time, onUndo }) {
  const list = dialog.querySelector('[data-recent]');
  const nothing = dialog.querySelector('[data-nothing]');
  const row = dialog.querySelector('template');

  const undone = (nonce) => {
    const item = [...list.children].find(({ dataset }) => dataset.nonce === nonce);
    if (!item) return;
    item.dataset.undone = '';
    item.querySelector('button').hidden = true;
  };

  const add = (result, colour, at) => {
    const item = row.content.firstElementChild.cloneNode(true);
    item.dataset.nonce = result.nonce;
    item.dataset.colour = colour;
    const texts = { time: time(at), name: result.name || result.title, title: result.name ? result.title : '' };
    for (const place of item.querySelectorAll('[data-scan]')) place.textContent = texts[place.dataset.scan];
    const button = item.querySelector('button');
    button.hidden = !(onUndo && result.undoable);
    button.addEventListener('click', () => onUndo(result.nonce));
    list.prepend(item);
    while (list.children.length > KEPT) list.lastElementChild.remove();
    nothing.hidden = true;
  };

  return { add, undone };
}
