/** Keeps the screen from sleeping while the page is seen; browsers drop the lock when it is hidden. */
export default () => {
  const hold = () => document.hidden || navigator.wakeLock?.request('screen').catch(() => {});
  document.addEventListener('visibilitychange', hold);
  hold();
};
