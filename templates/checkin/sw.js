// The service worker of the door: the app opens without the network. Given: files, page.
const FILES = {{ files|tojson }};
const PAGE = {{ page|tojson }};
const PREFIX = 'ruam-door-';
const PATIENCE = 2500;

// A name for this very list of files: a new version is a new cache, and the old one serves until it is complete.
const nameOf = async () => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(FILES.join()));
  return PREFIX + [...new Uint8Array(digest.slice(0, 8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};
const opened = nameOf().then((name) => caches.open(name));

self.addEventListener('install', (event) => {
  const fill = async () => (await opened).addAll(FILES.map((url) => new Request(url, { cache: 'reload', credentials: 'same-origin' })));
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const [name, names] = await Promise.all([nameOf(), caches.keys()]);
    await Promise.all(names.filter((old) => old.startsWith(PREFIX) && old !== name).map((old) => caches.delete(old)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

const within = (promise) => Promise.race([promise, new Promise((_, reject) => setTimeout(reject, PATIENCE))]);

// The page is fetched anew where that is quick, for its language and version; a hotel's sign-in page is not ours.
async function page(request) {
  const cache = await opened;
  try {
    const fresh = await within(fetch(request));
    if (!fresh.ok || fresh.redirected || !fresh.headers.get('X-Ruam-Door')) throw new Error('not ours');
    await cache.put(PAGE, fresh.clone());
    return fresh;
  } catch {
    return (await cache.match(PAGE)) ?? Response.error();
  }
}

async function file(request, url) {
  const cache = await opened;
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && url.pathname.startsWith('/static/')) await cache.put(request, fresh.clone());
  return fresh;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE) event.respondWith(page(request));
  else if (url.pathname.startsWith('/static/') || FILES.includes(url.pathname + url.search)) event.respondWith(file(request, url));
});
