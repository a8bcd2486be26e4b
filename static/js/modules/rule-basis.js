/* Shows what belongs to the chosen basis of a rule; without this all of it is there, and the server takes what fits. */
export default function ruleBasis(element) {
  const show = () => {
    const chosen = element.querySelector("[name=basis]:checked")?.value;
    for (const part of element.querySelectorAll("[data-basis]")) part.hidden = part.dataset.basis !== chosen;
  };
  element.addEventListener("change", show);
  show();
}
