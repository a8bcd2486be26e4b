/* Light or dark before the first paint: the reader's choice, else the device's. Loaded in the head, on purpose not a module. */
(() => {
  const root = document.documentElement;
  const device = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => {
    try {
      return localStorage.getItem('theme');
    } catch {
      return null; // storage is off: follow the device
    }
  };
  const show = () => { root.dataset.bsTheme = chosen() ?? (device.matches ? 'dark' : 'light'); };

  show();
  root.classList.add('js');
  device.addEventListener('change', show);
  addEventListener('storage', show);
  addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-theme-switch]')) return;
    root.dataset.bsTheme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', root.dataset.bsTheme);
    } catch { /* this page only */ }
  });
})();
