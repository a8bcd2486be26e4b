// A finger's signature: strokes in a box of 600 × 200, kept as SVG path data.

const WIDTH = 600;
const HEIGHT = 200;
const LONGEST = 8000;

/** Wire the pad in `dialog`. Returns open(name, onSigned(path)). */
export function wirePad(dialog) {
  const canvas = dialog.querySelector('canvas');
  const context = canvas.getContext('2d');
  const save = dialog.querySelector('[data-save]');
  let path = '';
  let drawing = false;
  let onSigned = null;

  const clear = () => {
    path = '';
    save.disabled = true;
    context.clearRect(0, 0, WIDTH, HEIGHT);
  };
  const at = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    const clamp = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [clamp(((clientX - box.left) / box.width) * WIDTH, WIDTH), clamp(((clientY - box.top) / box.height) * HEIGHT, HEIGHT)];
  };
  canvas.addEventListener('pointerdown', (event) => {
    const [x, y] = at(event);
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    path += `M${x} ${y}`;
    context.beginPath();
    context.moveTo(x, y);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing || path.length > LONGEST - 20) return;
    const [x, y] = at(event);
    if (path.endsWith(`${x} ${y}`)) return;
    path += `L${x} ${y}`;
    context.lineTo(x, y);
    context.stroke();
    save.disabled = (path.match(/L/g) ?? []).length < 5;
  });
  for (const type of ['pointerup', 'pointercancel']) canvas.addEventListener(type, () => (drawing = false));
  dialog.querySelector('[data-clear]').addEventListener('click', clear);
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  save.addEventListener('click', () => {
    onSigned(path);
    dialog.close();
  });

  return (name, signed) => {
    clear();
    Object.assign(context, { lineWidth: 4, lineCap: 'round', lineJoin: 'round', strokeStyle: '#0b1f4b' });
    dialog.querySelector('[data-signer]').textContent = name;
    onSigned = signed;
    dialog.showModal();
  };
}
