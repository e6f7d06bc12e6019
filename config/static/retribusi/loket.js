// The counter: big buttons add, the total runs along, one press sends once; on Lunas the amount is spoken.
const form = document.getElementById("jual");
if (form) {
  const output = form.querySelector("[data-jumlah]");
  const ways = form.querySelector(".ways");
  const qris = form.querySelector("[data-qris]");
  const ground = form.querySelector("[name=dasar]");
  const count = (input) => Math.min(Math.max(parseInt(input.value, 10) || 0, 0), +input.max);
  const add = (name, step) => {
    const input = document.getElementById(name);
    input.value = count({ value: count(input) + step, max: input.max });
    total();
  };
  function total() {
    const part = +(ground.selectedOptions[0]?.dataset.bayar ?? 100);
    let sum = 0;
    let pieces = 0;
    for (const input of form.querySelectorAll("[data-harga], [data-potong]")) {
      const each = input.dataset.harga ?? Math.floor((input.dataset.potong * part) / 100);
      sum += count(input) * each;
      pieces += count(input);
    }
    output.textContent = "Rp\u00a0" + String(sum).replace(/\B(?=(\d{3})+$)/g, ".");
    const free = pieces > 0 && sum === 0;
    ways.classList.toggle("free", free);
    qris.textContent = free ? "Terbitkan tiket gratis" : "QRIS";
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tambah], [data-kurang]");
    if (button) add(button.dataset.tambah ?? button.dataset.kurang, button.dataset.tambah ? 1 : -1);
  });
  form.addEventListener("input", total);
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    form.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    sent = false;
    form.removeAttribute("aria-busy");
    total();
  });
  total();
}
const main = document.getElementById("isi");
const speech = window.speechSynthesis;
function speak(words) {
  const said = new SpeechSynthesisUtterance(words);
  said.lang = "id-ID";
  speech.cancel();
  speech.speak(said);
}
function listen() {
  const words = document.getElementById("bayar")?.dataset.ucap;
  const again = main.querySelector("[data-ucapkan]");
  if (!words || !speech || !again || !again.hidden) return;
  again.hidden = false;
  again.addEventListener("click", () => speak(words));
  speak(words);
}
if (document.getElementById("bayar")) {
  new MutationObserver(listen).observe(main, { childList: true });
  listen();
}
