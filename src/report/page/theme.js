// Dark and light: the system's choice until the button is pressed, and the reader's from then on.

const root = document.documentElement;

function remembered(value) {
  try {
    if (value) localStorage.setItem('halftone-theme', value);
    return localStorage.getItem('halftone-theme');
  } catch {
    return null; // a page opened from a file may have no storage
  }
}

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

function offerThemes() {
  const button = document.querySelector('.theme');
  const other = () => (isDark() ? 'light' : 'dark');
  const label = () => {
    button.textContent = other() === 'dark' ? 'Dark' : 'Light';
    button.setAttribute('aria-label', `Switch to the ${other()} theme`);
  };
  const known = remembered();
  if (known === 'dark' || known === 'light') root.dataset.theme = known;
  button.addEventListener('click', () => {
    const theme = other();
    remembered(theme);
    root.dataset.theme = theme;
    label();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', label);
  label();
  button.hidden = false;
}
