/** Turns the listed placeholders into buttons that put them into the text area, where the caret is. */
export default (element) => {
  const area = document.getElementById(element.dataset.target);
  if (!area) return;
  for (const word of element.querySelectorAll('code')) {
    const button = Object.assign(document.createElement('button'), {
      type: 'button', className: 'btn btn-outline-secondary', textContent: word.textContent, lang: word.lang,
    });
    button.addEventListener('click', () => {
      area.setRangeText(word.textContent, area.selectionStart, area.selectionEnd, 'end');
      area.dispatchEvent(new Event('input', { bubbles: true }));
      area.focus();
    });
    word.replaceWith(button);
  }
};
