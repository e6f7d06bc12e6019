// A list worked by keyboard: j and k go from row to row, x ticks, Enter opens, ? shows the keys. The page works without.
const rows = [...document.querySelectorAll("[data-meja] tbody tr")];
const keys = document.querySelector("[data-tombol]");

function current() {
  return rows.indexOf(document.activeElement.closest("tr"));
}
function go(step) {
  const row = rows[Math.min(Math.max(current() + step, 0), rows.length - 1)];
  row?.querySelector("a")?.focus();
}
function typing(target) {
  return target.matches("textarea, select, input:not([type=checkbox])");
}
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const row = rows[current()];
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "x") row?.querySelector("[type=checkbox]")?.click();
  else if (event.key === "Enter" && event.target.matches("[type=checkbox]")) row?.querySelector("a")?.click();
  else if (event.key === "?") keys.open = !keys.open;
  else return;
  event.preventDefault();
}

keys.hidden = false;
document.addEventListener("keydown", press);
