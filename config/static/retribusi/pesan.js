// The way back to an order of today; steppers and the running total of the order form. Without it, numbers are typed and the total follows on the next page.
const again = document.querySelector("[data-lanjut]");
try {
  const [place, since] = JSON.parse(localStorage.getItem("pesanan"));
  if (Date.now() - since < 864e5 && /^\/bayar\/[\w-]+\/$/.test(place)) {
    again.querySelector("a").href = place;
    again.hidden = false;
  }
} catch {
  // nothing kept on this phone
}
const form = document.getElementById("pesan");
if (form) {
  const inputs = [...form.querySelectorAll("[data-harga]")];
  const output = form.querySelector("[data-jumlah]");
  const send = form.querySelector("[type=submit]");
  const words = send.textContent;
  const count = (input) => Math.min(Math.max(parseInt(input.value, 10) || 0, 0), +input.max);
  const total = () => {
    const sum = inputs.reduce((all, input) => all + count(input) * Number(input.dataset.harga), 0);
    output.textContent = "Rp\u00a0" + String(sum).replace(/\B(?=(\d{3})+$)/g, ".");
  };
  for (const input of inputs) {
    const box = input.parentElement;
    const button = (sign, step, word) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = sign;
      made.setAttribute("aria-label", word + " " + box.dataset.langkah);
      made.addEventListener("click", () => {
        input.value = Math.min(Math.max(count(input) + step, 0), +input.max);
        total();
      });
      return made;
    };
    box.className = "stepper";
    box.prepend(button("\u2212", -1, box.dataset.kurang));
    box.append(button("+", 1, box.dataset.tambah));
    input.addEventListener("input", total);
  }
  form.addEventListener("submit", () => {
    send.textContent = form.dataset.menunggu;
    send.disabled = true;
  });
  addEventListener("pageshow", () => {
    send.textContent = words;
    send.disabled = false;
    total();
  });
  total();
}
