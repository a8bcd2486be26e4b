/** Counts the seconds down beside a ring, and says so when the next fragment did not come in time. */
export default (element) => {
  const { left, step } = element.dataset;
  const until = performance.now() + Number(left) * 1000;
  const timer = setInterval(() => {
    if (!element.isConnected) {
      clearInterval(timer);
      return;
    }
    const seconds = Math.ceil((until - performance.now()) / 1000);
    element.querySelector('[data-ring]').setAttribute('stroke-dasharray', `${Math.max(seconds, 0)} ${step}`);
    element.querySelector('[data-seconds]').textContent = Math.max(seconds, 0);
    element.querySelector('[data-stale]').hidden = seconds > -15;
  }, 250);
};
