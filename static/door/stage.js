// The stage: the camera picture, or the card that says why there is none and what to do.

import { Camera } from './camera.js';

const all = (selector) => [...document.querySelectorAll(selector)];

/** Wire the stage; `onText(text)` as for Camera. Returns {camera, ready(), stop(detail)}. */
export function wireStage({ workerUrl, onText }) {
  const [video] = all('[data-video]');
  const [torch] = all('[data-torch]');
  const [change] = all('[data-switch]');
  let stopped = false;

  /** `name`: loading, camera, start, stopped or a fault of the camera. */
  const show = (name) => {
    all('[data-loading]')[0].hidden = name !== 'loading';
    all('[data-start-card]')[0].hidden = name !== 'start';
    all('[data-stopped]')[0].hidden = name !== 'stopped';
    for (const part of all('[data-video], [data-frame], [data-hint]')) part.hidden = name !== 'camera';
    for (const part of all('[data-fault]')) part.hidden = part.dataset.fault !== name;
    torch.hidden = name !== 'camera' || !camera.hasTorch;
    torch.setAttribute('aria-pressed', 'false');
    change.hidden = name !== 'camera' || camera.count < 2;
  };

  const camera = new Camera({ video, workerUrl, onText, onFault: show });

  const start = async () => {
    if (stopped || !(await camera.start())) return;
    show('camera');
    // The screen must not sleep between two guests; browsers drop the lock when the page is hidden.
    navigator.wakeLock?.request('screen').catch(() => {});
  };

  for (const button of all('[data-start]')) button.addEventListener('click', start);
  change.addEventListener('click', () => {
    camera.choose();
    start();
  });
  torch.addEventListener('click', async () => {
    const on = torch.getAttribute('aria-pressed') !== 'true';
    await camera.torch(on);
    torch.setAttribute('aria-pressed', String(on));
  });

  // A hidden page's camera is frozen by phones: let it go, and take it again.
  let wanted = false;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      wanted = camera.running;
      camera.stop();
    } else if (wanted) start();
  });

  show('loading');
  /** The phone knows its event: once, the camera may begin. */
  const ready = () => {
    if (stopped || all('[data-loading]')[0].hidden) return;
    show('start');
    // Allowed before: no question will come, so no button is needed.
    navigator.permissions?.query({ name: 'camera' }).then(
      ({ state }) => state === 'granted' && start(),
      () => {}, // a browser that cannot say
    );
  };

  const stop = (detail) => {
    stopped = true;
    camera.stop();
    show('stopped');
    if (detail) all('[data-stopped-detail]')[0].textContent = detail;
  };
  return { camera, ready, stop };
}
