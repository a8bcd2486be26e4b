/** Writes the first number of a register as its form would have it, while the form is filled in. */
const THAI = '๐๑๒๓๔๕๖๗๘๙';

export default (form) => {
  const [buddhist, fiscal] = form.dataset.years.split(' ');
  const { pattern, padding, reset, thai_digits: thai } = form.elements;
  const output = form.querySelector('output');
  const write = () => {
    const digits = padding.value.replace(/[๐-๙]/g, (digit) => THAI.indexOf(digit));
    const known = pattern.value.replace('{number}', '').replace('{year}', '');
    if (!pattern.value.includes('{number}') || /[{}]/.test(known) || !/^[1-9]$/.test(digits.trim())) {
      output.textContent = '–';
      return;
    }
    const text = pattern.value.replace('{number}', '1'.padStart(Number(digits), '0'))
      .replace('{year}', reset.value === 'fiscal_year' ? fiscal : buddhist);
    output.textContent = thai.checked ? text.replace(/\d/g, (digit) => THAI[digit]) : text;
  };
  form.addEventListener('input', write);
  form.addEventListener('change', write);
};
