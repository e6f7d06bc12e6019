// The gate's screen: takes what a scanner types, a camera sees or a thumb writes; says at arm's length what it is.
// It asks the server while there is one and judges alone where there is none, by itself, and shows which.
import { Camera, present, readsItself } from "../office/kamera.js";
import { clock, dayOf, fill, judgeAlone, restOf, verifies } from "./aturan.js";
import { fetchList, greet, headers, now, Refused, sendQueue, showMany, showOne } from "./hubungan.js";
import { count, enqueue, forgetBefore, get, markUsed, set, usedHere } from "./simpanan.js";

const EVERY = { online: 20_000, offline: 5_000 }; // ms between two looks at the server
const GREET = 600_000; // ms between two signs of life with nothing to send
const SAME = 2_500; // ms in which the same text is the same showing
const PAUSE = 1_200; // ms that the camera rests after a code
const REFUSALS = ["already_used", "other_day", "other_point", "refunded", "forged", "unknown"];
const ON_TRUST = ["unlisted", "unverifiable"];
const ICONS = {
  siap: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  masuk: "M4 12.5l5.5 5.5L20 6.5",
  dipakai: "M4 12a8 8 0 0114-5.3V3M20 12a8 8 0 01-14 5.3V21M18 3v4h-4M6 21v-4h4",
  hari: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4M9.5 12.5l5 5M14.5 12.5l-5 5",
  tempat: "M12 21c4-4.5 6-7.8 6-11a6 6 0 10-12 0c0 3.2 2 6.5 6 11zM10 8l4 4M14 8l-4 4",
  kembali: "M9 7L4 12l5 5M4 12h11a5 5 0 015 5v1",
  palsu: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM8.5 8.5l7 7M15.5 8.5l-7 7",
  asing: "M9 9a3 3 0 115 2.2c-1.2 1-2 1.6-2 3.3M12 18v.5",
};
const TONES = {
  ok: { notes: [[660, 0], [990, 0.12]], buzz: [70] },
  wait: { notes: [[440, 0]], buzz: [120, 80, 120] },
  bad: { notes: [[220, 0], [165, 0.22]], buzz: [350, 100, 350] },
};

const page = document.querySelector("[data-gerbang]");
const part = (name) => page.querySelector(`[data-${name}]`);
const input = part("isi");
const address = page.dataset;
const unanswered = new Map(); // text to the id under which the server may have heard of it
let online = navigator.onLine, enrolled = true, canVerify = false, syncing = null, greeted = 0;
let last = { text: "", at: 0 }, busy = Promise.resolve(), sound, timer;

// ---- what is shown

function draw(icon) {
  const path = part("gambar").querySelector("path");
  path.setAttribute("d", ICONS[icon] ?? ICONS.asing);
}
function show({ tone, icon, title, text }, way = "") {
  const panel = part("jawaban");
  panel.dataset.nada = tone;
  draw(icon);
  part("judul").textContent = title;
  part("pesan").textContent = text;
  part("cara").textContent = way;
  part("izinkan").hidden = part("sisa").hidden = true;
  panel.classList.remove("baru");
  void panel.offsetWidth; // so that the same answer again is seen to be a new one
  panel.classList.add("baru");
}
function ready() {
  show({ tone: "siap", icon: "siap", title: "Siap", text: "Pindai QR tiket, atau ketik kode enam karakternya." });
}
function play(tone) {
  const { notes, buzz } = TONES[tone];
  navigator.vibrate?.(buzz);
  try {
    sound ??= new AudioContext();
    for (const [pitch, after] of notes) {
      const voice = sound.createOscillator(), loud = sound.createGain();
      voice.type = tone === "bad" ? "square" : "sine";
      voice.frequency.value = pitch;
      loud.gain.value = 0.2;
      voice.connect(loud).connect(sound.destination);
      voice.start(sound.currentTime + after);
      voice.stop(sound.currentTime + after + (tone === "bad" ? 0.2 : 0.11));
    }
  } catch {
    // no sound on this phone: colour, sign, words and the buzz remain
  }
}
async function paint() {
  const [list, fetched, waits, refused] = [await get("daftar"), await get("diambil"), await count(), await get("ditolak")];
  part("mode").textContent = online ? "Daring" : "Luring";
  page.dataset.mode = online ? "daring" : "luring";
  part("menunggu").textContent = waits ? `${waits} menunggu dikirim` : "semua terkirim";
  part("sinkron").textContent = fetched ? `sinkron ${clock(fetched)}` : "belum sinkron";
  part("ditolak").hidden = !refused?.length;
  part("ditolak").textContent = `${refused?.length ?? 0} catatan tidak diterima server; hubungi bendahara penerimaan.`;
  if (!list) return;
  part("titik").textContent = list.titik.nama;
  part("perangkat").textContent = list.perangkat;
  part("petugas").textContent = `Petugas: ${list.petugas}.`;
  paintMark(list.tanda[dayOf(await now())]);
  const stale = list.hari !== dayOf(await now());
  part("basi").hidden = !stale;
}
function paintMark(mark) {
  part("tanda").hidden = !mark;
  if (!mark) return;
  const path = part("tanda").querySelector("path");
  path.setAttribute("d", mark.path);
  path.setAttribute("fill", mark.colour);
  part("tanda-kata").textContent = mark.text;
}
function remember(title, tone, text) {
  const row = document.createElement("li"), when = document.createElement("span"), what = document.createElement("strong");
  when.textContent = `${clock(Date.now())} · ${text.length > 12 ? `QR …${text.slice(-6)}` : text.toUpperCase()}`;
  what.textContent = title;
  what.className = tone;
  row.append(what, when);
  const list = part("riwayat");
  list.prepend(row);
  while (list.children.length > 20) list.lastChild.remove();
  part("riwayat-kotak").hidden = false;
}

// ---- one ticket

/** One after the other, and the same text within a moment only once. */
function take(text) {
  const bare = text.trim();
  if (!bare || !enrolled) return busy;
  if (bare === last.text && Date.now() - last.at < SAME) return busy;
  last = { text: bare, at: Date.now() };
  busy = busy.then(() => check(bare)).catch((error) => failed(error));
  return busy;
}
function failed(error) {
  show({ tone: "bad", icon: "asing", title: "Gagal mencatat", text: `Belum ada yang dicatat. Muat ulang halaman ini. (${error.name})` });
  play("bad");
}
async function check(text) {
  const list = await get("daftar");
  if (!list) return tell({ tone: "wait", icon: "asing", title: "Belum ada daftar", text: "Sambungkan ponsel ini ke jaringan sebentar." }, text);
  const id = unanswered.get(text) ?? crypto.randomUUID();
  const entry = { id, isi: text, titik: list.titik.id, pada: new Date().toISOString(), luring: false, izin: null };
  if (online) {
    try {
      const answer = await showOne(address.sinkron, entry);
      unanswered.delete(text);
      return await answered(answer, list, text);
    } catch (error) {
      if (error instanceof Refused) return refuse(error);
      unanswered.set(text, id);
      goes(false);
    }
  }
  await alone(text, entry, list);
}
async function answered(answer, list, text) {
  await keep(answer, list);
  tell(answer.kata, text, "Diperiksa server");
  offerRest(text, answer.sisa ?? [], list);
}
/** What this phone remembers of a ticket that the server let in. */
async function keep(answer, list) {
  if (answer.hasil === "accepted" && answer.seri) await markUsed(answer.seri, entered(list, await now()));
}
function entered(list, moment) {
  return { pada: `pukul ${clock(moment)}`, perangkat: list.perangkat, hari: dayOf(moment) };
}
async function alone(text, entry, list) {
  const moment = await now();
  const found = await judgeAlone(text, list, moment, usedHere, canVerify);
  const row = { ...entry, luring: true, izin: found.result === "accepted", kata: found.result };
  const mine = entered(list, moment);
  let { result, facts } = found;
  if (result === "accepted") {
    const earlier = await enqueue(row, found.serial, mine);
    if (earlier) [result, facts] = ["already_used", { ...facts, ...earlier }];
    else unanswered.delete(text); // the queue has it now: shown again, it is another showing
  } else if (REFUSALS.includes(result)) {
    await enqueue(row);
    unanswered.delete(text);
  }
  const words = list.kata[result];
  const filled = { ...facts, daftar: clock((await get("diambil")) ?? moment) };
  tell({ ...words, text: fill(words.text, filled) }, text, byItself());
  if (ON_TRUST.includes(result)) offerTrust(row, found.serial, mine, text);
  if (result === "accepted") offerRest(text, await restOf(found.serial, list, usedHere), list);
  await paint();
}
function byItself() {
  return canVerify ? "Diperiksa ponsel ini" : "Dicocokkan dengan daftar di ponsel ini";
}
/** Not to be judged now: the officer may let the person in, and the server says later what it was. */
function offerTrust(row, serial, mine, text) {
  const button = part("izinkan");
  button.hidden = false;
  button.onclick = async () => {
    button.hidden = true;
    await enqueue({ ...row, izin: true }, serial, mine);
    unanswered.delete(text);
    tell({ tone: "wait", icon: "masuk", title: "Diizinkan", text: "Dicatat atas kepercayaan Anda; server memeriksanya nanti." }, text);
    await paint();
    input.focus();
  };
}
/** A class on one order goes in by one tap after its first ticket; each ticket is judged and kept by itself. */
function offerRest(text, serials, list) {
  const button = part("sisa");
  if (!serials.length) return;
  button.textContent = `Masukkan sisanya: ${serials.length} tiket`;
  button.hidden = false;
  button.onclick = () => {
    button.hidden = true;
    input.focus();
    busy = busy.then(() => admit(text, serials, list)).catch((error) => failed(error));
  };
}
async function admit(text, serials, list) {
  const common = { isi: text, titik: list.titik.id, pada: new Date().toISOString(), luring: false, izin: null };
  const rows = serials.map((serial) => ({ ...common, id: crypto.randomUUID(), rombongan: serial }));
  if (online) {
    try {
      const answers = await showMany(address.sinkron, rows);
      for (const one of answers) await keep(one, list);
      return tellRest(answers.filter((one) => one.hasil === "accepted").length, rows.length, text, "Diperiksa server");
    } catch (error) {
      if (error instanceof Refused) return refuse(error);
      goes(false);
    }
  }
  const mine = entered(list, await now());
  let number = 0;
  for (const row of rows) {
    const earlier = await enqueue({ ...row, luring: true, izin: true, kata: "accepted" }, row.rombongan, mine);
    number += earlier ? 0 : 1;
  }
  tellRest(number, rows.length, text, byItself());
  await paint();
}
function tellRest(number, all, text, way) {
  const whole = { tone: "ok", icon: "masuk", title: `${number} tiket masuk`, text: "Sisa rombongan ini sudah masuk semua." };
  const some = {
    tone: number ? "wait" : "bad",
    icon: "dipakai",
    title: `${number} dari ${all} masuk`,
    text: `${all - number} tiket sudah dipakai atau dibatalkan. Hitung orangnya; yang tidak bertiket ke loket.`,
  };
  tell(number === all ? whole : some, text, way);
}
function tell(words, text, way = "") {
  show(words, way);
  play(words.tone);
  remember(words.title, words.tone, text);
}

// ---- the server

function goes(up) {
  online = up;
  paint();
  plan();
}
function plan() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(sync, online ? EVERY.online : EVERY.offline);
}
function sync() {
  syncing ??= synced().finally(() => {
    syncing = null;
    plan();
  });
  return syncing;
}
async function synced() {
  try {
    const answers = await sendQueue(address.sinkron);
    if (Date.now() - greeted > GREET) {
      await greet(address.sinkron);
      greeted = Date.now();
    }
    await fetchList(address.daftar);
    await forgetBefore(dayOf((await now()) - 2 * 86_400_000));
    online = true;
    enroll(true);
    tellConflicts(answers.filter((one) => one.izin && one.hasil !== "accepted"));
  } catch (error) {
    if (error instanceof Refused) refuse(error);
    else online = false;
  }
  await paint();
}
function tellConflicts(conflicts) {
  if (!conflicts.length) return;
  const box = part("benturan"), list = box.querySelector("ul");
  for (const one of conflicts) {
    const row = document.createElement("li");
    row.textContent = `${one.kata.title}: ${one.kata.text}`;
    list.prepend(row);
  }
  box.hidden = false;
  play("bad");
}
function refuse(error) {
  enroll(false, error);
}
function enroll(yes, error = null) {
  enrolled = yes;
  part("kerja").hidden = !yes;
  part("asing").hidden = yes;
  if (error) part("asing-kata").textContent = error.message;
  if (yes && document.activeElement === document.body) input.focus();
}
/** A phone that was just enrolled has a new secret: from now on it uses that one. */
async function adopt() {
  const [fresh, old] = [await get("calon"), await get("rahasia")];
  if (!fresh) return;
  await set({ rahasia: fresh });
  try {
    await fetchList(address.daftar);
    await set({ calon: undefined });
  } catch (error) {
    await set({ rahasia: error instanceof Refused ? old : fresh });
  }
}

// ---- hands

part("formulir").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value;
  input.value = "";
  input.inputMode = "none";
  input.focus();
  take(text);
});
part("ketik").addEventListener("click", () => {
  input.inputMode = "text";
  input.blur();
  input.focus();
});
part("mengerti").addEventListener("click", () => {
  part("benturan").hidden = true;
  part("benturan").querySelector("ul").replaceChildren();
  input.focus();
});
// A scanner types wherever the focus is: it belongs in the field, and its Enter presses no button.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target === input || !enrolled) return;
  if (event.key.length === 1 && event.key !== " ") input.focus();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return camera?.isOpen ? camera.close("Kamera ditutup karena halaman ini ditinggalkan.") : undefined;
  sync();
  keepAwake();
});
addEventListener("online", () => sync());
addEventListener("offline", () => goes(false));
function keepAwake() {
  navigator.wakeLock?.request("screen").catch(() => {});
}

// ---- the camera

let camera = null;
async function setUpCamera() {
  const opener = part("buka"), closer = part("tutup"), view = part("layar"), word = part("kamera-kata");
  if (!present) return;
  const alone = await readsItself();
  opener.hidden = false;
  camera = new Camera({
    video: page.querySelector("video"),
    address: address.pindai,
    headers,
    longest: 0,
    goesOn: true,
    every: alone ? 250 : 700,
    aim: alone ? "Arahkan ke QR tiket." : "Arahkan ke QR tiket; server membaca gambarnya.",
    otherwise: "Pakai alat pindai atau ketik kodenya.",
    several: "Ada lebih dari satu kode di depan kamera. Arahkan ke satu tiket saja.",
    say(text) {
      const lost = !alone && !online && text.startsWith("Jaringan");
      word.textContent = lost ? "Kamera di peramban ini perlu jaringan. Pakai alat pindai atau ketik kodenya." : text;
    },
    closed(text) {
      view.hidden = true;
      opener.hidden = false;
      word.textContent = text;
    },
    async taken(text) {
      await take(text);
      await new Promise((done) => setTimeout(done, PAUSE));
      if (camera.isOpen) last.at = text.trim() === last.text ? Date.now() : last.at; // still in front of the lens
    },
  });
  opener.addEventListener("click", () => {
    view.hidden = false;
    opener.hidden = true;
    camera.open();
  });
  closer.addEventListener("click", () => {
    camera.close();
    input.focus();
  });
  addEventListener("pagehide", () => camera.close());
}

async function begin() {
  ready();
  await paint();
  canVerify = await verifies();
  part("mampu").textContent = canVerify
    ? "Ponsel ini memeriksa tanda tangan tiket sendiri, juga tanpa jaringan."
    : "Peramban ini tidak dapat memeriksa tanda tangan: tanpa jaringan, tiket dicocokkan dengan daftar saja.";
  await adopt();
  if (!(await get("rahasia"))) enroll(false, { message: "Ponsel ini belum didaftarkan." });
  else {
    enroll(true);
    input.focus();
    await sync();
  }
  page.dataset.siap = "ya";
  keepAwake();
  await setUpCamera();
}

if ("serviceWorker" in navigator) {
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.register(address.pekerja, { scope: address.lingkup }).catch(() => {
    part("mampu").textContent = "Halaman ini tidak dapat disimpan di ponsel: tanpa jaringan ia tidak terbuka lagi.";
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (had && Date.now() - last.at > 10_000) location.reload(); // a newer page is here
  });
}
navigator.storage?.persist?.().catch(() => {});
begin().catch(failed);
