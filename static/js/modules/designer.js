/** The stage of the designer: boxes follow the numbers of the form, and moving a box writes its numbers. The server sets the words. */
import { boxOf } from './stage-box.js';

const STEP = 0.5;

const SNAP = 1; // mm from the middle of the page; a key's step is shorter, so that keys do not snap

const rounded = (value, digits) => Number(value.toFixed(digits));

export default (root) => {
  const form = root.querySelector('form');
  const stage = root.querySelector('[data-stage]');
  const sample = root.querySelector('[data-sample]');
  const fault = root.querySelector('[data-fault]');
  const undo = root.querySelector('[data-undo]');
  const page = { width: Number(root.dataset.width), height: Number(root.dataset.height) };
  const past = [];
  const called = JSON.parse(root.dataset.called);
  let shown = JSON.parse(root.dataset.drawn);
  let chosen = '';
  let timer;
  let asked = 0;

  const rowOf = (name) => [...form.querySelectorAll('[data-box]')].find((row) => row.dataset.box === name);
  const fieldOf = (name, part) => rowOf(name)?.querySelector(`[name$="-${part}"]`);
  const numbers = (name) => Object.fromEntries(['x', 'y', 'width', 'height'].map((part) => [part, Number(fieldOf(name, part).value)]));
  const scale = () => stage.clientWidth / page.width;

  const state = () => [...form.elements].map((field) => (field.type === 'checkbox' ? field.checked : field.type === 'file' ? null : field.value));
  const isNow = (before) => String(before) === String(state());
  const remember = () => {
    if (past.length && isNow(past.at(-1))) return;
    past.push(state());
    if (past.length > 50) past.shift();
    undo.disabled = false;
  };

  const write = (name, values, snaps = false) => {
    const box = numbers(name);
    const kept = { ...box };
    for (const [part, value] of Object.entries(values)) box[part] = rounded(value, 1);
    box.width = Math.min(Math.max(box.width, 0.2), page.width);
    box.height = Math.min(Math.max(box.height, 0.2), page.height);
    if (snaps && Math.abs(box.x + box.width / 2 - page.width / 2) < SNAP) box.x = (page.width - box.width) / 2;
    box.x = Math.min(Math.max(box.x, 0), page.width - box.width);
    box.y = Math.min(Math.max(box.y, 0), page.height - box.height);
    for (const [part, value] of Object.entries(box)) if (value !== kept[part]) fieldOf(name, part).value = rounded(value, 2);
    frame(name);
    later();
  };

  const frame = (name) => {
    const element = stage.querySelector(`[data-name="${CSS.escape(name)}"]`);
    const box = numbers(name);
    if (element) Object.assign(element.style, { left: `${box.x * scale()}px`, top: `${box.y * scale()}px`, width: `${box.width * scale()}px`, height: `${box.height * scale()}px` });
  };

  const choose = (name) => {
    chosen = name;
    for (const one of stage.querySelectorAll('.stage-box')) one.classList.toggle('chosen', one.dataset.name === name);
    for (const row of form.querySelectorAll('[data-box]')) row.classList.toggle('chosen', row.dataset.box === name);
  };

  const draw = () => {
    stage.style.height = `${page.height * scale()}px`;
    for (const old of stage.querySelectorAll('.stage-box')) old.remove();
    for (const box of shown.boxes.filter((one) => !one.hidden && rowOf(one.name))) {
      stage.append(boxOf(box, called[box.name] ?? box.name, scale()));
      frame(box.name);
    }
    choose(chosen);
  };

  const ask = async () => {
    const mine = ++asked;
    const typed = new FormData(form);
    for (const field of form.querySelectorAll('[type=file]')) typed.delete(field.name); // a picture is looked at when it is saved
    try {
      const answer = await fetch(`${root.dataset.url}?sample=${sample.value}`, { method: 'POST', body: typed, headers: { Accept: 'application/json' } });
      const found = await answer.json();
      if (mine !== asked) return;
      fault.textContent = found.fault ?? '';
      if (!found.boxes) return;
      const focused = document.activeElement?.closest('.stage-box')?.dataset.name;
      shown = found;
      draw();
      if (focused) stage.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
    } catch { /* without the network the last picture stays; saving will tell */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 150); };

  stage.addEventListener('pointerdown', (event) => {
    const element = event.target.closest('.stage-box');
    if (!element || event.button) return;
    const { name } = element.dataset;
    const [start, grip] = [numbers(name), event.target.classList.contains('grip')];
    remember();
    choose(name);
    element.focus();
    const move = (moved) => {
      const [across, down] = [(moved.clientX - event.clientX) / scale(), (moved.clientY - event.clientY) / scale()];
      write(name, grip ? { width: start.width + across, height: start.height + down } : { x: start.x + across, y: start.y + down }, !grip);
    };
    const over = new AbortController();
    window.addEventListener('pointermove', move, { signal: over.signal });
    for (const type of ['pointerup', 'pointercancel']) window.addEventListener(type, () => over.abort(), { signal: over.signal });
    event.preventDefault();
  });
  stage.addEventListener('keydown', (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const name = event.target.closest('.stage-box')?.dataset.name;
    if (!way || !name) return;
    event.preventDefault();
    remember();
    const [box, far] = [numbers(name), event.shiftKey ? STEP * 10 : STEP];
    write(name, event.altKey ? { width: box.width + way[0] * far, height: box.height + way[1] * far } : { x: box.x + way[0] * far, y: box.y + way[1] * far });
  });
  stage.addEventListener('focusin', (event) => choose(event.target.closest('.stage-box')?.dataset.name ?? ''));
  stage.addEventListener('dblclick', () => { const row = rowOf(chosen); if (row) { row.open = true; row.scrollIntoView({ block: 'nearest' }); } });
  form.addEventListener('focusin', remember);
  form.addEventListener('input', (event) => { const name = event.target.closest('[data-box]')?.dataset.box; if (name) frame(name); later(); });
  sample.addEventListener('change', ask);
  root.querySelector('[data-next]').addEventListener('click', () => { sample.selectedIndex = (sample.selectedIndex + 1) % sample.length; ask(); });
  undo.addEventListener('click', () => {
    let before = past.pop();
    while (past.length && isNow(before)) before = past.pop(); // a field was only entered
    if (before) [...form.elements].forEach((field, n) => { if (field.type === 'checkbox') field.checked = before[n]; else if (before[n] !== null) field.value = before[n]; });
    undo.disabled = !past.length;
    ask();
  });
  for (const [family, weight, url] of JSON.parse(root.dataset.fonts)) new FontFace(family, `url(${url})`, { weight }).load().then((face) => document.fonts.add(face));
  new ResizeObserver(draw).observe(stage);
  root.querySelector('[data-stage-side]').hidden = false;
  draw();
};
