/** The same rule as blueprints/questions/rules.py: which questions are asked of this category with these answers.
    rules: [{id, categories: Set | null, after: id | null, values: Set}], answers: Map of id → Set of values. */
export const askedOf = (rules, category, answers) => {
  const asked = new Set();
  for (const rule of rules) {
    if (rule.categories && !rule.categories.has(category)) continue;
    if (rule.after !== null) {
      const said = answers.get(rule.after) ?? new Set();
      if (!asked.has(rule.after) || ![...rule.values].some((value) => said.has(value))) continue;
    }
    asked.add(rule.id);
  }
  return asked;
};

const words = (text) => new Set((text ?? '').split(' ').filter(Boolean));

/** Shows of the questions in `root` those that are asked, as the person fills in the form. */
export default (root) => {
  const form = root.closest('form');
  const boxes = [...root.querySelectorAll('[data-question]')];
  const rules = boxes.map(({ dataset }) => ({
    id: dataset.question,
    categories: 'categories' in dataset ? words(dataset.categories) : null,
    after: dataset.after ?? null,
    values: words(dataset.values),
  }));

  const look = () => {
    const sent = new FormData(form);
    const answers = new Map(rules.map(({ id }) => [id, new Set(sent.getAll(`answers-q${id}`).filter(Boolean).map(String))]));
    const asked = askedOf(rules, sent.get('category_id') ?? root.dataset.category ?? '', answers);
    boxes.forEach((box) => { box.hidden = !asked.has(box.dataset.question); });
  };

  form.addEventListener('input', look);
  look();
};
