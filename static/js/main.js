/* Behaviour is a module named in data-module: modules/<name>.js exports a function of the element. */
const started = new WeakSet();

const start = async (element) => {
  if (started.has(element)) return;
  started.add(element);
  for (const name of element.dataset.module.split(' ')) {
    const module = await import(`./modules/${name}.js`);
    module.default(element);
  }
};

const startAll = (root) => root.querySelectorAll('[data-module]').forEach(start);

startAll(document);
// A fragment that HTMX brought in.
document.addEventListener('htmx:load', (event) => {
  if (event.target.matches('[data-module]')) start(event.target);
  startAll(event.target);
});
