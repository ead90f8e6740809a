/* Keeps the pages of the forms, so that they open without a line. Nothing that is sent passes here. */
const NAME = "tocsin-send-" + KEPT.join().split("").reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) >>> 0, 7);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(NAME);
    // Without credentials: nobody's state is kept, and no language is chosen by it.
    await Promise.all(KEPT.map(async (address) => {
      const answer = await fetch(address, { credentials: "omit" });
      if (answer.ok) await kept.put(address, answer);
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("tocsin-send-") && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) {
    event.respondWith((async () => (await caches.match(event.request)) || fetch(event.request))());
  } else if (event.request.mode === "navigate" && !address.pathname.startsWith("/send/enter")) {
    event.respondWith((async () => {
      try {
        return await fetch(event.request, { signal: AbortSignal.timeout(8000) });
      } catch (trouble) {
        const kept = await caches.open(NAME);
        return (await kept.match(event.request)) ||
          (await kept.match(event.request, { ignoreSearch: true })) || Response.error();
      }
    })());
  }
});
