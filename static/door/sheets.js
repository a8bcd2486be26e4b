// The sheets over the camera: typed code with photo, search, latest scans.

/** `isCode(text)`, `onCode(text, source)`, `readPhoto(file)` → text or null. Returns {isOpen, open, closeAll, notice}. */
export function wireSheets({ isCode, onCode, readPhoto, noCodeText }) {
  const sheets = [...document.querySelectorAll('[data-sheet]')];
  const isOpen = () => sheets.some((sheet) => sheet.open);
  const closeAll = () => sheets.forEach((sheet) => sheet.open && sheet.close());
  const open = (name) => {
    closeAll();
    document.querySelector(`[data-sheet="${name}"]`).showModal();
  };

  for (const button of document.querySelectorAll('[data-open]')) {
    button.addEventListener('click', () => {
      notice('');
      open(button.dataset.open);
    });
  }
  for (const sheet of sheets) {
    // The dialog itself is touched only beside its content.
    sheet.addEventListener('click', ({ target }) => (target === sheet || target.closest('[data-close]')) && sheet.close());
  }

  const form = document.querySelector('[data-typed]');
  const input = form.querySelector('input');
  const error = form.querySelector('[data-typed-error]');
  const say = (wrong) => {
    error.hidden = !wrong;
    input.setAttribute('aria-invalid', String(wrong));
  };
  const count = () => {
    form.querySelector('[data-length]').textContent = input.value.replace(/[\s-]/g, '').length;
  };
  input.addEventListener('input', () => {
    count();
    say(false);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const right = isCode(input.value);
    say(!right);
    if (!right) return input.focus();
    onCode(input.value, 'typed');
    input.value = '';
    count();
  });

  const photo = document.querySelector('[data-photo]');
  const photoError = document.querySelector('[data-photo-error]');
  photo.addEventListener('change', async () => {
    const text = photo.files[0] && (await readPhoto(photo.files[0]).catch(() => null));
    photo.value = '';
    photoError.textContent = text ? '' : noCodeText;
    photoError.hidden = Boolean(text);
    if (text) onCode(text, 'camera');
  });

  /** A sentence above the latest scans; empty hides it. */
  const notice = (text) => {
    const place = document.querySelector('[data-undo-message]');
    place.textContent = text;
    place.hidden = !text;
  };
  return { isOpen, open, closeAll, notice };
}
