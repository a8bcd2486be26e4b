// People in and expected, asked every ten seconds while the page is seen.

import { get } from './api.js';

const EVERY = 10_000;

/** Poll `url()`: `onCounts(counts)` at each answer, `onError(ApiError)` at each failure. Returns ask(), which polls now. */
export function pollCounts(url, onCounts, onError) {
  let timer;
  let asking = false;
  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    clearTimeout(timer);
    try {
      onCounts(await get(url()));
    } catch (error) {
      onError(error);
    }
    asking = false;
    timer = setTimeout(ask, EVERY);
  };
  document.addEventListener('visibilitychange', ask);
  ask();
  return ask;
}
