/** Shows of the parts of a form marked data-for those that belong to the choice of the field named in data-choice. */
export default (root) => {
  const parts = [...root.querySelectorAll('[data-for]')];
  const form = root.closest('form');

  const look = () => {
    const chosen = new FormData(form).get(root.dataset.choice);
    parts.forEach((part) => { part.hidden = !part.dataset.for.split(' ').includes(chosen); });
  };

  form.addEventListener('change', look);
  look();
};
