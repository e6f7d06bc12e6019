// What the gate answers about a ticket without the server: the same rules as retribusi/gate/rules.py and
// retribusi/tickets.py. No screen, no storage here; a test compares both languages case by case.
const PREFIX = "NT:";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const FACTS = 18, LENGTH = FACTS + 64; // bytes: what is said, then the Ed25519 signature
const EPOCH = Date.UTC(2020, 0, 1), DAY = 86_400_000;
const WIB = 7 * 3_600_000;

/** The WIB day of an instant in ms, as "2026-11-24". */
export function dayOf(instant) {
  return new Date(instant + WIB).toISOString().slice(0, 10);
}

/** "10.02" in WIB. */
export function clock(instant) {
  return new Date(instant + WIB).toISOString().slice(11, 16).replace(":", ".");
}

/** The six letters of a spoken code however they were typed; "" for anything else. */
export function normalCode(text) {
  const bare = text.replace(/[\s-]+/g, "").toUpperCase();
  return /^[A-Z0-9]{6}$/.test(bare) ? bare : "";
}

export async function codeHash(pointId, day, code) {
  return hash(`kode|${pointId}|${day}|${code}`);
}

export async function serialHash(serial) {
  return hash(`seri|${serial}`);
}

async function hash(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hex(new Uint8Array(digest)).slice(0, 16);
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function unbase32(text) {
  const bytes = [];
  let bits = 0, value = 0;
  for (const letter of text) {
    const place = LETTERS.indexOf(letter);
    if (place < 0) return null;
    value = (value << 5) | place;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return value === 0 ? Uint8Array.from(bytes) : null; // left-over bits are zero in a whole text
}

/** What a QR says: {facts, body, signature}, or {problem}: not_a_ticket, damaged, version. */
export function read(text) {
  const bare = text.trim().toUpperCase();
  if (!bare.startsWith(PREFIX)) return { problem: "not_a_ticket" };
  const raw = unbase32(bare.slice(PREFIX.length));
  if (!raw || raw.length !== LENGTH || bare.length !== PREFIX.length + Math.ceil((LENGTH * 8) / 5)) {
    return { problem: "damaged" };
  }
  if (raw[0] !== 1) return { problem: "version" };
  const view = new DataView(raw.buffer);
  const facts = {
    key: view.getUint16(1),
    point: view.getUint32(3),
    day: new Date(EPOCH + view.getUint16(7) * DAY).toISOString().slice(0, 10),
    serial: hex(raw.slice(10, FACTS)),
  };
  return { facts, body: raw.slice(0, FACTS), signature: raw.slice(FACTS) };
}

/** Whether this browser checks Ed25519 signatures (WebCrypto, Chrome from 137). */
export async function verifies() {
  try {
    const key = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    return Boolean(key);
  } catch {
    return false;
  }
}

/** Whether the signature of what `read` gave is ours; `keys` are hex by key id. */
export async function genuine(one, keys) {
  const raw = keys[one.facts.key];
  if (!raw) return false;
  const key = await crypto.subtle.importKey("raw", unhex(raw), "Ed25519", false, ["verify"]);
  const said = new TextEncoder().encode(PREFIX);
  const signed = new Uint8Array(said.length + one.body.length);
  signed.set(said);
  signed.set(one.body, said.length);
  return crypto.subtle.verify("Ed25519", key, one.signature, signed);
}

/** The one answer, the gravest reason first. `shown`: {forged, known, point, day, used, refunded}. */
export function judge(shown, point, day) {
  if (shown.forged) return "forged";
  if (!shown.known) return "unknown";
  if (shown.point !== point) return "other_point";
  if (shown.day !== day) return "other_day";
  if (shown.refunded) return "refunded";
  return shown.used ? "already_used" : "accepted";
}

/**
 * Judge a text with the list alone. `list` is the server's snapshot, `now` in ms by the server's clock, `usedHere(hash)`
 * gives {pada, perangkat} where this phone let that ticket in. Gives {result, serial, facts}: `result` is a code of the
 * list's words, `serial` the ticket's hash where it is known, `facts` fill the words in.
 */
export async function judgeAlone(text, list, now, usedHere, canVerify) {
  const day = dayOf(now), point = list.titik.id;
  const rows = list.hari === day ? list.tiket : [];
  const code = normalCode(text);
  if (code) {
    const wanted = await codeHash(point, day, code);
    const row = rows.find((one) => one[0] === wanted);
    if (row) return listed(row, { point, day }, list, usedHere);
    const trusted = await usedHere(`kode-${wanted}`); // let in before on trust, to be checked later
    return { result: trusted ? "already_used" : "unlisted", serial: `kode-${wanted}`, facts: trusted ?? {} };
  }
  const one = read(text);
  if (one.problem) return { result: one.problem, facts: {} };
  if (canVerify && !(await genuine(one, list.kunci))) return { result: "forged", facts: {} };
  const wanted = await serialHash(one.facts.serial);
  const row = rows.find((each) => each[1] === wanted);
  if (row) return listed(row, one.facts, list, usedHere);
  const shown = { ...one.facts, known: true, used: Boolean(await usedHere(wanted)) };
  const result = judge(shown, point, day);
  if (!canVerify && result === "accepted") return { result: "unverifiable", serial: wanted, facts: {} };
  return { result, serial: wanted, facts: told(one.facts, list, await usedHere(wanted)) };
}

async function listed(row, said, list, usedHere) {
  const [, serial, tariff, state, at, device] = row;
  const here = await usedHere(serial);
  const shown = { ...said, known: true, used: state === "u" || Boolean(here), refunded: state === "r" };
  const first = here ?? (at ? { pada: `pukul ${at}`, perangkat: device } : null);
  const facts = told(said, list, first);
  return { result: judge(shown, list.titik.id, list.hari), serial, facts: { ...facts, tarif: list.tarif[tariff] ?? "" } };
}

/** The hashes of the other tickets of its order that, as far as this phone knows, still let somebody in. */
export async function restOf(serial, list, usedHere) {
  const place = list.tiket.findIndex((row) => row[1] === serial);
  const group = list.rombongan?.find((places) => places.includes(place)) ?? [];
  const others = group.map((each) => list.tiket[each]).filter((row) => row[1] !== serial && row[3] === "v");
  const used = await Promise.all(others.map((row) => usedHere(row[1])));
  return others.filter((_, each) => !used[each]).map((row) => row[1]);
}

function told(said, list, first) {
  const day = new Date(`${said.day}T00:00:00Z`);
  return {
    tarif: "",
    tanggal: day.toLocaleDateString("id-ID", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
    titik: list.tempat[said.point] ?? "tempat lain",
    pada: first?.pada ?? "sebelumnya",
    perangkat: first?.perangkat ?? "perangkat lain",
  };
}

/** "Sudah masuk {pada}" with its facts in place. */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}
