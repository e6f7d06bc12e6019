// Keeps the payment page true: asks for its state, swaps its content when that changed, counts down.
const SELDOM = [[180, 1], [900, 3], [3600, 10], [Infinity, 30]]; // seconds since opening, seconds between questions
const ENDED = ["paid", "cancelled"];
const opened = Date.now();
let page, skew, timer, etag, busy;

function take(found) {
  page = found;
  skew = Date.parse(page.dataset.sekarang) - Date.now();
  etag = `"${page.dataset.tanda}"`;
  count();
}
function count() {
  const place = page.querySelector("[data-sisa]");
  if (!place || !page.dataset.sampai) return;
  const left = Math.floor((Date.parse(page.dataset.sampai) - Date.now() - skew) / 1000);
  place.textContent = left > 0 ? ` \u00b7 ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "";
}
function offline(gone) {
  document.getElementById("putus").hidden = !gone;
}
async function swap() {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = fresh.getElementById("bayar");
  if (!found) return location.reload();
  document.title = fresh.title;
  document.querySelector("main > div[role=status]")?.remove(); // an earlier answer of the bank is no longer true
  page.replaceWith(found);
  take(found);
  document.getElementById("kabar").textContent = found.dataset.kabar;
}
async function ask() {
  if (busy || document.hidden) return;
  busy = true;
  clearTimeout(timer);
  try {
    const answer = await fetch(page.dataset.tanya, { headers: { "If-None-Match": etag }, cache: "no-store" });
    offline(false);
    if (answer.status === 200 && (await answer.json()).tanda !== page.dataset.tanda) await swap();
  } catch {
    offline(true);
  }
  busy = false;
  plan();
}
function plan() {
  clearTimeout(timer);
  if (document.hidden || ENDED.includes(page.dataset.keadaan)) return;
  const age = (Date.now() - opened) / 1000;
  timer = setTimeout(ask, 1000 * SELDOM.find(([until]) => age < until)[1]);
}

take(document.getElementById("bayar"));
try {
  if (page.dataset.keadaan === "cancelled") localStorage.removeItem("pesanan");
  else localStorage.setItem("pesanan", JSON.stringify([location.pathname, Date.now()]));
} catch {
  // no storage: the link is still in the address bar
}
plan();
setInterval(count, 1000);
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
addEventListener("online", ask);
addEventListener("offline", () => offline(true));
