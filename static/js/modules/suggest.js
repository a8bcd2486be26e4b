const WAIT = 150; // ms of rest between two letters

/** Fills the data list of a text field with what the server knows by the letters typed so far (data-url of the list). */
export default (field) => {
  const list = field.list;
  let timer;
  let asked = '';

  const ask = async () => {
    const typed = field.value.trim();
    if (typed === asked || typed.length < 2) return;
    asked = typed;
    const answer = await fetch(`${list.dataset.url}?q=${encodeURIComponent(typed)}`).catch(() => null);
    // A slow answer to older letters must not replace a newer one.
    if (answer?.ok && typed === asked) list.innerHTML = await answer.text();
  };

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
};
