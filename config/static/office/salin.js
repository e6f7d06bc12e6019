// Copies a column's value to the clipboard, in the order of the form; j and k go from column to column, c copies.
const buttons = [...document.querySelectorAll("[data-salin]")];
const columns = [...document.querySelectorAll("[data-kolom]")];
const news = document.querySelector("[data-salin-kabar]");
const keys = document.querySelector("[data-tombol]");

async function copy(button) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.salin);
  } catch {
    if (!copyByHand(button)) {
      news.textContent = "Tidak dapat menyalin. Pilih teksnya, lalu salin sendiri.";
      return;
    }
  }
  news.textContent = `${words}: disalin`;
  button.classList.add("is-copied");
  buttons[buttons.indexOf(button) + 1]?.focus();
}
function copyByHand(button) {
  const area = document.createElement("textarea");
  area.value = button.dataset.salin;
  area.className = "sr";
  button.after(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
function go(step) {
  const at = columns.indexOf(document.activeElement.closest("[data-kolom]"));
  columns[Math.min(Math.max(at + step, 0), columns.length - 1)]?.focus();
}
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, select, input")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "c") document.activeElement.closest("[data-kolom]")?.querySelector("[data-salin]")?.click();
  else return;
  event.preventDefault();
}

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
if (columns.length) {
  if (keys) keys.hidden = false;
  document.addEventListener("keydown", press);
}
