// Turns the select of payees into a box to type in (WAI-ARIA combobox with a list); the select keeps what is sent.
const MOST = 50; // entries shown at once
const select = document.querySelector("[data-penerima] select");
const fresh = document.querySelector("[data-penerima-baru]");
const people = [...select.options].filter((one) => one.value).map(({ value, text }) => ({ value, text }));
const input = Object.assign(document.createElement("input"), {
  id: `${select.id}_ketik`, type: "text", autocomplete: "off", spellcheck: false, placeholder: "Ketik nama, bank, atau akhir rekening",
});
const list = Object.assign(document.createElement("ul"), { id: `${select.id}_daftar` });
const note = Object.assign(document.createElement("p"), { className: "combo-note", ariaHidden: "true" }); // its words are heard from count
const drop = Object.assign(document.createElement("div"), { className: "combo-drop", hidden: true });
const count = Object.assign(document.createElement("p"), { className: "sr" });
const box = Object.assign(document.createElement("div"), { className: "combo" });
let active = -1, typed = false;

function chosen() {
  return select.value ? select.selectedOptions[0].text : "";
}
function matching() {
  const words = typed ? input.value.toLocaleLowerCase("id").split(/\s+/).filter(Boolean) : [];
  return people.filter(({ text }) => words.every((word) => text.toLocaleLowerCase("id").includes(word)));
}
function unfold() {
  const found = matching();
  const shown = found.slice(0, MOST);
  list.replaceChildren(...shown.map(({ value, text }) => entry(text, () => choose(value))));
  if (fresh) list.append(entry("Tambah penerima", add));
  drop.hidden = false;
  input.setAttribute("aria-expanded", "true");
  count.textContent = told(found.length);
  note.textContent = shown.length && shown.length === found.length ? "" : count.textContent;
  if (typed) move(input.value.trim() ? 0 : -1);
  else move(shown.findIndex(({ value }) => value === select.value));
}
function told(number) {
  if (!number) return "Tidak ada penerima yang cocok.";
  return number > MOST ? `${number} penerima; ${MOST} yang pertama ditunjukkan.` : `${number} penerima.`;
}
function entry(text, deed) {
  const [name, ...rest] = text.split(" · ");
  const made = document.createElement("li");
  made.setAttribute("role", "option");
  made.deed = deed;
  made.append(Object.assign(document.createElement("span"), { textContent: name }), " ");
  if (rest.length) made.append(Object.assign(document.createElement("small"), { textContent: rest.join(" · ") }));
  made.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  made.addEventListener("click", deed);
  return made;
}
function move(place) {
  const entries = [...list.children];
  active = place < 0 || place >= entries.length ? -1 : place;
  entries.forEach((one, at) => {
    one.id = `${list.id}_${at}`;
    one.setAttribute("aria-selected", String(at === active));
  });
  if (active < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", entries[active].id);
  entries[active].scrollIntoView({ block: "nearest" });
}
function shut() {
  drop.hidden = true;
  list.replaceChildren();
  count.textContent = "";
  active = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}
function show() {
  typed = false;
  input.value = chosen();
  shut();
}
function choose(value) {
  if (select.value !== value) {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  show();
}
function add() {
  const name = fresh.querySelector("input");
  if (typed && !name.value) name.value = input.value.trim();
  choose("");
  fresh.open = true;
  name.focus();
}
function leave() {
  if (!typed) return shut();
  const found = matching();
  if (!input.value.trim()) choose("");
  else if (found.length === 1) choose(found[0].value);
  else show();
}
function press(event) {
  const last = list.childElementCount - 1;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (drop.hidden) unfold();
    else move(active < 0 && step < 0 ? last : (active + step + last + 1) % (last + 1));
  } else if (event.key === "Enter" && !drop.hidden) (list.children[active]?.deed ?? leave)();
  else if (event.key === "Escape" && !drop.hidden) show();
  else return;
  event.preventDefault();
}

for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
})) input.setAttribute(name, value);
for (const name of ["aria-describedby", "aria-invalid"]) {
  if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
}
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Penerima");
count.setAttribute("role", "status");
document.querySelector(`label[for="${select.id}"]`).htmlFor = input.id;
select.before(box);
drop.append(list, note);
box.append(input, drop, count);
select.hidden = true;
show();
input.addEventListener("input", () => { typed = true; unfold(); });
input.addEventListener("click", () => drop.hidden && unfold());
input.addEventListener("focus", () => input.select());
input.addEventListener("blur", leave);
input.addEventListener("keydown", press);
select.addEventListener("change", show);
addEventListener("pageshow", show); // what the browser brought back
