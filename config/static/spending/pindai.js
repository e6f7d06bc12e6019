// Reads a merchant's QRIS with the back camera; without a script or a camera, a photo or the text does.
import { Camera, present } from "../office/kamera.js";

const box = document.querySelector("[data-pindai]");
const form = box.closest("form");
const opener = box.querySelector("[data-buka]");
const closer = box.querySelector("[data-tutup]");
const view = box.querySelector("[data-layar]");
const word = box.querySelector("[role=status]");

function say(text) {
  if (word.textContent !== text) word.textContent = text;
}
function show(open) {
  const focused = box.contains(document.activeElement);
  view.hidden = !open;
  opener.hidden = open;
  if (focused) (open ? closer : opener).focus();
}

const camera = new Camera({
  video: box.querySelector("video"),
  address: box.dataset.pindai,
  headers: () => ({ "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }),
  name: "QRIS",
  aim: "Arahkan kamera ke QRIS sampai terbaca.",
  otherwise: "Unggah foto QRIS atau tempel teksnya.",
  several: "Ada lebih dari satu kode di depan kamera. Arahkan ke satu QRIS saja.",
  say,
  closed(text) {
    show(false);
    say(text);
  },
  taken(text) {
    camera.close("QRIS terbaca. Memeriksa isinya …");
    form.elements.picture.value = "";
    form.elements.content.value = text;
    form.requestSubmit();
  },
});

if (present) {
  box.hidden = false;
  opener.addEventListener("click", () => {
    show(true);
    camera.open();
  });
  closer.addEventListener("click", () => camera.close());
  addEventListener("pagehide", () => camera.close());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && camera.isOpen) camera.close("Kamera ditutup karena halaman ini ditinggalkan.");
  });
}
