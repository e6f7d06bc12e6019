// Talks to the server as this phone: fetches the list, shows one ticket while somebody waits, sends the queue.
import { drop, get, set, waiting } from "./simpanan.js";

const PATIENCE = 3_000; // ms that a visitor waits for the server before the phone judges alone
const LONGEST = 15_000; // ms for the list and the queue
const BATCH = 100;

/** The server answered that it does not take this phone: `code` unknown, revoked or role_ended. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** No answer that could be used: no network, server down, too late, or busy. */
export class Unreachable extends Error {}

export async function headers() {
  return { Authorization: `Gerbang ${await get("rahasia")}` };
}

/** Now by the server's clock, in ms. */
export async function now() {
  return Date.now() + ((await get("beda")) ?? 0);
}

async function ask(address, options, patience) {
  let answer;
  try {
    const given = { ...options, headers: { ...options.headers, ...(await headers()) } };
    const signal = AbortSignal.timeout(patience);
    answer = await fetch(address, { credentials: "omit", cache: "no-store", ...given, signal });
    if (answer.status === 304) return [answer, null];
    const told = await answer.json();
    if (answer.ok) return [answer, told];
    if (answer.status === 401) throw new Refused(told.kode, told.pesan);
    throw new Unreachable(told.pesan);
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreachable) throw error;
    throw new Unreachable(error.message);
  }
}

/** Fetch the list where it changed; gives it. */
export async function fetchList(address) {
  const kept = await get("daftar");
  const known = kept ? { "If-None-Match": await get("tanda") } : {};
  const [answer, told] = await ask(address, { headers: known }, LONGEST);
  const server = Number(answer.headers.get("X-Jam"));
  const moment = { beda: server - Date.now(), diambil: server };
  await set(told ? { ...moment, daftar: told, tanda: answer.headers.get("ETag") } : moment);
  return told ?? kept;
}

/** Show one ticket; its answer. */
export async function showOne(address, entry) {
  const [answer] = await post(address, [entry], PATIENCE);
  return answer;
}

/** Show many of one group, a batch at a time; their answers. */
export async function showMany(address, entries) {
  const answers = [];
  for (let start = 0; start < entries.length; start += BATCH) {
    answers.push(...(await post(address, entries.slice(start, start + BATCH), LONGEST)));
  }
  return answers;
}

/** Send what waits, oldest first, until nothing does; gives the answers. */
export async function sendQueue(address) {
  const answers = [];
  for (;;) {
    const entries = await waiting(BATCH);
    if (!entries.length) return answers;
    const told = await post(address, entries, LONGEST);
    const strange = entries.filter((_, place) => told[place].hasil === "mixed_up");
    if (strange.length) await set({ ditolak: [...((await get("ditolak")) ?? []), ...strange] });
    answers.push(...told);
    await drop(entries);
  }
}

/** Tell the server that this phone is alive. */
export function greet(address) {
  return post(address, [], LONGEST);
}

async function post(address, entries, patience) {
  const body = JSON.stringify({ dikirim: new Date().toISOString(), masuk: entries });
  const options = { method: "POST", body, headers: { "Content-Type": "application/json" } };
  const [, told] = await ask(address, options, patience);
  if (told.jawaban.length !== entries.length) throw new Unreachable("jawaban tidak lengkap");
  return told.jawaban;
}
