// Share or copy the link, and print; without it the link and the browser's own menu do.
for (const button of document.querySelectorAll("[data-bagikan]")) {
  button.hidden = !(navigator.share || navigator.clipboard);
  button.addEventListener("click", async () => {
    const url = button.dataset.bagikan;
    try {
      if (navigator.share) return await navigator.share({ url, title: document.title });
      await navigator.clipboard.writeText(url);
      button.textContent = button.dataset.tersalin;
    } catch {
      // closed without choosing
    }
  });
}
for (const button of document.querySelectorAll("[data-cetak]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
