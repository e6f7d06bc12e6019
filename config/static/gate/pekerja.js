// The gate's service worker: keeps the page and its files, so that it opens again with no network and no server.
// The server writes KULIT above: {versi, halaman, berkas}. Only the page itself is answered from here.
const SIMPANAN = `gerbang-${KULIT.versi}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  const wanted = address.pathname === KULIT.halaman || KULIT.berkas.includes(address.pathname);
  if (wanted) event.respondWith(kept(address.pathname, event.request));
});

async function fill() {
  const cache = await caches.open(SIMPANAN);
  // Without cookies: what is kept says nothing about who was signed in.
  const wanted = [KULIT.halaman, ...KULIT.berkas];
  await cache.addAll(wanted.map((path) => new Request(path, { credentials: "omit", cache: "reload" })));
}
async function forgetOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith("gerbang-") && name !== SIMPANAN);
  await Promise.all(names.map((name) => caches.delete(name)));
}
async function kept(path, request) {
  const cache = await caches.open(SIMPANAN);
  return (await cache.match(path)) ?? fetch(request);
}
