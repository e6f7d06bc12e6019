// Share or copy the link, share a picture, and print; without it the links and the browser's own menu do.
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
const picture = (parts, name) => ({ files: [new File(parts, name, { type: "image/png" })] });
for (const button of document.querySelectorAll("[data-gambar]")) {
  button.hidden = !navigator.canShare?.(picture([], button.dataset.nama));
  button.addEventListener("click", async () => {
    try {
      const answer = await fetch(button.dataset.gambar);
      await navigator.share(picture([await answer.blob()], button.dataset.nama));
    } catch {
      // closed without choosing, or no network: the link beside it stays
    }
  });
}
for (const button of document.querySelectorAll("[data-cetak]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
