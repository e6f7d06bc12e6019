// Says that a picture is under way, so that nobody presses twice; without a script the form still works.
for (const form of document.querySelectorAll("[data-upload]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("[type=submit]");
    button.textContent = "Sedang mengirim …";
    setTimeout(() => { button.disabled = true; }, 0);
  });
}
