// Registers the service worker, which keeps hashed static files and one offline page, nothing else.
if ("serviceWorker" in navigator && document.documentElement.dataset.sw) {
  window.addEventListener("load", () => navigator.serviceWorker.register(document.documentElement.dataset.sw).catch(() => {}));
}
