// What a phone keeps (IndexedDB): its secret, the list, which tickets it let in, and what the server has not heard yet.
const NAME = "gerbang", VERSION = 1;
let opened;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("hal"); // by name
      asked.result.createObjectStore("masuk"); // by the ticket's hash: {pada, perangkat, hari}
      asked.result.createObjectStore("antrean", { keyPath: "urut", autoIncrement: true });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

/** Run `work(stores)` in one transaction over `names`; everything in it happens, or nothing. */
async function within(names, mode, work) {
  const database = await open();
  return new Promise((done, failed) => {
    const transaction = database.transaction(names, mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => done(result);
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
    work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])), (value) => (result = value));
  });
}

export function get(name) {
  return within(["hal"], "readonly", ({ hal }, give) => {
    const asked = hal.get(name);
    asked.onsuccess = () => give(asked.result);
  });
}

/** Set several at once; undefined takes one away. */
export function set(values) {
  return within(["hal"], "readwrite", ({ hal }) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) hal.delete(name);
      else hal.put(value, name);
    }
  });
}

export function usedHere(hash) {
  return within(["masuk"], "readonly", ({ masuk }, give) => {
    const asked = masuk.get(hash);
    asked.onsuccess = () => give(asked.result);
  });
}

/** Remember that a ticket went in here, as the server said. */
export function markUsed(hash, facts) {
  return within(["masuk"], "readwrite", ({ masuk }) => {
    masuk.put(facts, hash);
  });
}

/**
 * Queue an entry; where `hash` is given the ticket goes in with it. Gives the earlier {pada, perangkat} and queues
 * nothing where that ticket went in here already: two taps let one person in.
 */
export function enqueue(entry, hash, facts) {
  return within(["masuk", "antrean"], "readwrite", ({ masuk, antrean }, give) => {
    if (!hash) {
      antrean.add(entry);
      return;
    }
    const asked = masuk.get(hash);
    asked.onsuccess = () => {
      if (asked.result) return give(asked.result);
      masuk.put(facts, hash);
      antrean.add(entry);
    };
  });
}

/** The oldest entries that wait, at most `most`. */
export function waiting(most) {
  return within(["antrean"], "readonly", ({ antrean }, give) => {
    const asked = antrean.getAll(null, most);
    asked.onsuccess = () => give(asked.result);
  });
}

export function count() {
  return within(["antrean"], "readonly", ({ antrean }, give) => {
    const asked = antrean.count();
    asked.onsuccess = () => give(asked.result);
  });
}

/** The server has them: they wait no more. */
export function drop(entries) {
  return within(["antrean"], "readwrite", ({ antrean }) => {
    for (const { urut } of entries) antrean.delete(urut);
  });
}

/** Forget which tickets went in before `day`: they hold no more. */
export function forgetBefore(day) {
  return within(["masuk"], "readwrite", ({ masuk }) => {
    const asked = masuk.openCursor();
    asked.onsuccess = () => {
      const cursor = asked.result;
      if (!cursor) return;
      if (cursor.value.hari < day) cursor.delete();
      cursor.continue();
    };
  });
}
