// The camera doctor: runs the checks, shows each finding in its line, and writes the report.

import { Camera } from '../door/camera.js';
import { inApp } from '../door/inapp.js';
import { signal, unlockSound } from '../door/sound.js';
import * as checks from './checks.js';

const page = document.querySelector('[data-doctor]');
const one = (selector) => page.querySelector(selector);
const steps = [...page.querySelectorAll('[data-step]')];
const words = one('[data-words]').dataset;
const states = () => steps.map((step) => step.dataset.state);
const NEEDED = ['secure', 'api', 'permission', 'camera', 'decoder', 'reading'];

function show(name, [state, finding = '', detail = '']) {
  const step = one(`[data-step="${name}"]`);
  step.dataset.state = state;
  step.dataset.finding = finding;
  for (const part of step.querySelectorAll('[data-when]')) part.hidden = !part.dataset.when.split(' ').includes(finding);
  step.querySelector('[data-detail]').textContent = detail && ` · ${detail}`;
  conclude();
}

function conclude() {
  const all = states();
  const waiting = steps.some((step) => step.dataset.state === 'wait' && NEEDED.includes(step.dataset.step));
  const name = all.includes('bad') ? 'bad' : waiting ? 'unfinished' : all.includes('amber') ? 'usable' : 'all';
  if (one('[data-sum]').textContent !== words[name]) one('[data-sum]').textContent = words[name];
  one('[data-sum]').dataset.sum = name;
  report(words[name]);
}

/** No personal data: what was read stays on the page. */
function report(sum) {
  const line = (step) => {
    const shown = [...step.querySelectorAll('.doctor-word > span')].filter((part) => part.dataset.icon === step.dataset.state || 'detail' in part.dataset);
    const finding = step.dataset.finding && ` (${step.dataset.finding})`;
    return `${step.querySelector('h2').textContent}: ${shown.map((part) => part.textContent).join('')}${finding}`;
  };
  const about = `${document.title} · ${new Date().toISOString().slice(0, 16)}Z · ${window.screen.width}×${window.screen.height}`;
  one('#report').value = [about, navigator.userAgent, sum, ...steps.map(line)].join('\n');
}

const video = one('[data-video]');
const torch = one('[data-torch]');
const start = one('[data-start]');

const camera = new Camera({
  video,
  workerUrl: page.dataset.worker,
  onText: (text) => {
    one('[data-read]').textContent = text.slice(0, 80);
    show('reading', ['ok', 'read']);
  },
  onFault: (fault) => {
    video.hidden = true;
    start.hidden = false;
    if (fault === 'decoder') return show('decoder', ['bad', 'decoder']);
    if (fault === 'denied') show('permission', ['bad', 'denied']);
    return show('camera', ['bad', fault]);
  },
});

async function look() {
  one('[data-sum]').textContent = words.running;
  start.hidden = true;
  if (!(await camera.start())) return;
  video.hidden = false;
  show('permission', ['ok']);
  show('camera', ['ok', '', `${video.videoWidth}×${video.videoHeight}`]);
  if (one('[data-step="reading"]').dataset.state !== 'ok') show('reading', ['wait', 'hold']);
  show('torch', camera.hasTorch ? ['ok', 'light'] : ['amber', 'none']);
}

start.addEventListener('click', look);
torch.addEventListener('click', async () => {
  const on = torch.getAttribute('aria-pressed') !== 'true';
  await camera.torch(on).then(() => torch.setAttribute('aria-pressed', String(on)), () => show('torch', ['amber', 'none']));
});
one('[data-play]').addEventListener('click', () => {
  signal('green');
  show('sound', ['wait', 'again']);
});
for (const answer of page.querySelectorAll('[data-heard]')) {
  answer.addEventListener('click', () => show('sound', answer.dataset.heard === 'yes' ? ['ok'] : ['amber', 'deaf']));
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden || !camera.running) return;
  camera.stop();
  video.hidden = true;
  start.hidden = false;
});

async function examine() {
  show('secure', checks.secure());
  if (!one('[data-app]')) show('browser', inApp() ? ['amber'] : ['ok']);
  show('api', checks.api());
  show('worker', checks.worker());
  show('sound', ['wait', 'play']);
  show('camera', ['wait', 'start']);
  start.hidden = checks.api()[0] !== 'ok';
  show('storage', await checks.storage());
  show('decoder', await checks.decoder(page.dataset.worker, one('[data-sample]')));
  if (camera.running) return;
  const allowed = await checks.permission();
  show('permission', allowed);
  if (allowed[0] === 'ok') look();
}

unlockSound(document.createElement('i')); // the reminder of the door is not needed: a button is pressed first
one('[data-report]').hidden = false;
examine();
