/** The clock on the stage: ticks by itself, asks every three seconds what the server says, and draws anew when that changed. */
const written = (seconds) => {
  const left = Math.abs(seconds);
  return `${seconds < 0 ? '+' : ''}${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
};

export default (element) => {
  let shown = element.querySelector('[data-stage]');
  let since = performance.now();

  const tick = () => {
    const clock = shown.querySelector('[data-clock]');
    if (!clock || shown.dataset.paused) return;
    const seconds = Number(shown.dataset.left) - Math.floor((performance.now() - since) / 1000);
    clock.textContent = written(seconds);
    shown.classList.toggle('is-soon', shown.dataset.phase === 'talk' && seconds <= 120);
    if (seconds <= 0 && shown.dataset.phase !== 'over') ask();
  };

  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(element.dataset.url, { headers: { Accept: 'application/json' } });
      if (!answer.ok) return;
      const { html, key } = await answer.json();
      const old = shown.dataset.phase;
      element.innerHTML = html;
      shown = element.querySelector('[data-stage]');
      since = performance.now();
      if (key !== element.dataset.key || old !== shown.dataset.phase) element.dataset.key = key;
    } catch {
      // No network: the clock runs on by itself.
    } finally {
      asking = false;
    }
  };

  setInterval(tick, 250);
  setInterval(ask, 3000);
};
