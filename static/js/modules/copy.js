/** Copies the read-only field's text when its button is pressed. */
export default (element) => {
  const field = element.querySelector('input, textarea');
  const button = element.querySelector('button');
  const label = button.querySelector('span');
  const before = label.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 2500);
  });
};
