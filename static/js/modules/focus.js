/** Moves the focus to the element, so that a screen reader reads it first. */
export default (element) => element.focus();
