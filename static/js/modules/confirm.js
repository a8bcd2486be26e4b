const make = (tag, text, className = '') => Object.assign(document.createElement(tag), { textContent: text, className });

/** Asks data-confirm in a dialog before the form is sent. */
export default (form) => {
  form.addEventListener('submit', (event) => {
    if (form.dataset.agreed) return;
    event.preventDefault();
    const question = make('p', form.dataset.confirm);
    const no = make('button', form.dataset.confirmNo, 'btn btn-outline-secondary');
    const yes = make('button', form.dataset.confirmYes, 'btn btn-danger');
    const actions = make('div', '', 'ask-actions');
    const dialog = make('dialog', '', 'ask');
    question.id = 'ask-question';
    dialog.setAttribute('aria-labelledby', question.id);
    actions.append(no, yes);
    dialog.append(question, actions);
    document.body.append(dialog);

    no.addEventListener('click', () => dialog.close());
    yes.addEventListener('click', () => {
      form.dataset.agreed = 'yes';
      form.requestSubmit(event.submitter);
    });
    dialog.addEventListener('close', () => dialog.remove());
    dialog.showModal();
  });
};
