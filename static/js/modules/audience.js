const WAIT = 250; // ms of rest between two ticks

/** Counts the audience anew (data-url) whenever a choice changes, in place of the button that does so without JavaScript. */
export default (element) => {
  const box = element.querySelector('[role=status]');
  let timer;
  let asked = '';

  const count = async () => {
    const form = new FormData(element.closest('form'));
    const names = new Set([...element.querySelectorAll('input')].map((field) => field.name));
    const query = new URLSearchParams([...form].filter(([name]) => names.has(name))).toString();
    if (query === asked) return;
    asked = query;
    const answer = await fetch(`${element.dataset.url}?lang=${document.documentElement.lang}&${query}`).catch(() => null);
    // A slow answer to an older choice must not replace a newer one.
    if (answer?.ok && query === asked) box.innerHTML = await answer.text();
  };

  element.querySelector('[name=count]').hidden = true;
  element.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(count, WAIT);
  });
};
