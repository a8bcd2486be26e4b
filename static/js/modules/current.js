/** Brings the current one of a row that scrolls into view. */
export default (row) => {
  const current = row.querySelector('[aria-current]');
  if (current) row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
};
