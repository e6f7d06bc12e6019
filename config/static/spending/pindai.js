// Reads a merchant's QRIS with the back camera; without a script or a camera, a photo or the text does.
// A browser that knows QR codes reads them itself; for others the server reads a frame now and then and keeps none.
const EVERY = 700; // ms between two frames
const LONGEST = 120_000; // ms until the camera closes by itself
const WIDEST = 1280; // px of a frame
const OTHERWISE = "Unggah foto QRIS atau tempel teksnya.";
const AIM = "Arahkan kamera ke QRIS sampai terbaca.";
const REFUSED = {
  NotAllowedError: "Izin memakai kamera ditolak. Izinkan kamera untuk situs ini di setelan peramban, lalu tekan lagi.",
  NotFoundError: "Perangkat ini tidak mempunyai kamera.",
  NotReadableError: "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu tekan lagi.",
};
const box = document.querySelector("[data-pindai]");
const form = box.closest("form");
const opener = box.querySelector("[data-buka]");
const closer = box.querySelector("[data-tutup]");
const view = box.querySelector("[data-layar]");
const video = box.querySelector("video");
const word = box.querySelector("[role=status]");
let turn = 0, stream;

function say(text) {
  if (word.textContent !== text) word.textContent = text;
}
function show(camera) {
  const focused = box.contains(document.activeElement);
  view.hidden = !camera;
  opener.hidden = camera;
  if (focused) (camera ? closer : opener).focus();
}
function closeCamera(text = "") {
  turn += 1;
  halt(stream);
  stream = video.srcObject = null;
  show(false);
  say(text);
}
function halt(running) {
  for (const track of running?.getTracks() ?? []) track.stop();
}
async function openCamera() {
  const mine = ++turn;
  show(true);
  say("Menunggu izin memakai kamera …");
  try {
    const found = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: "environment" }, width: { ideal: WIDEST } },
    });
    if (mine !== turn) return halt(found);
    stream = video.srcObject = found;
    found.getVideoTracks()[0].addEventListener("ended", () => mine === turn && closeCamera(`Kamera terputus. ${OTHERWISE}`));
    await video.play();
  } catch (error) {
    if (mine === turn) closeCamera(`${REFUSED[error.name] ?? "Kamera tidak dapat dibuka."} ${OTHERWISE}`);
    return;
  }
  say(AIM);
  await watch(mine);
}
async function watch(mine) {
  const until = Date.now() + LONGEST;
  let read = await reader();
  while (mine === turn) {
    if (Date.now() > until) return closeCamera(`QRIS belum terbaca dan kamera ditutup. ${OTHERWISE}`);
    try {
      const text = await read();
      if (text && mine === turn) return take(text);
    } catch {
      read = ask; // the browser's own reader failed
    }
    await new Promise((done) => setTimeout(done, EVERY));
  }
}
async function reader() {
  try {
    if ((await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async () => only((await detector.detect(video)).map((code) => code.rawValue));
    }
  } catch {
    // this browser reads no codes
  }
  return ask;
}
function only(texts) {
  const found = [...new Set(texts)];
  say(found.length > 1 ? "Ada lebih dari satu kode di depan kamera. Arahkan ke satu QRIS saja." : AIM);
  return found.length === 1 ? found[0] : "";
}
async function ask() {
  const frame = await picture();
  if (!frame) return "";
  const body = new FormData();
  body.append("picture", frame, "kamera.jpg");
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const mine = turn;
  let answer, told;
  try {
    answer = await fetch(box.dataset.pindai, { method: "POST", body, headers, signal: AbortSignal.timeout(10_000) });
    if (mine !== turn) return "";
    if (answer.status === 204) return say(AIM);
    if (isJson(answer)) told = await answer.json();
  } catch {
    if (mine === turn) say("Jaringan terputus. Mencoba lagi …");
    return "";
  }
  if (!told) return closeCamera("Halaman ini terlalu lama terbuka. Muat ulang halaman, lalu pindai lagi.");
  if (!answer.ok) say(told.message);
  return told.content;
}
function isJson(answer) {
  return (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
}
function picture() {
  if (!video.videoWidth) return null;
  const scale = Math.min(1, WIDEST / video.videoWidth);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
function take(text) {
  closeCamera("QRIS terbaca. Memeriksa isinya …");
  form.elements.picture.value = "";
  form.elements.content.value = text;
  form.requestSubmit();
}

if (navigator.mediaDevices?.getUserMedia) {
  box.hidden = false;
  opener.addEventListener("click", openCamera);
  closer.addEventListener("click", () => closeCamera());
  addEventListener("pagehide", () => closeCamera());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) closeCamera("Kamera ditutup karena halaman ini ditinggalkan.");
  });
}
