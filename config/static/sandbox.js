// Keeps parts of a page fresh: <div data-refresh="/address/" data-seconds="2">. Nothing else needs a script.
"use strict";

function keepFresh(part) {
  const seconds = Number(part.dataset.seconds);
  let shown = null;

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { "X-Fragment": "1" } });
      const text = answer.ok ? await answer.text() : null;
      if (text !== null && text !== shown && !part.contains(document.activeElement)) {
        const open = Array.from(part.querySelectorAll("details"), (item) => item.open);
        part.innerHTML = text;
        part.querySelectorAll("details").forEach((item, place) => { item.open = Boolean(open[place]); });
        shown = text;
      }
    } catch {
      // The bank is away for a moment; the next round asks again.
    }
  }

  async function rounds() {
    await refresh();
    setTimeout(rounds, seconds * 1000);
  }

  setTimeout(rounds, seconds * 1000);
  document.addEventListener("visibilitychange", refresh);
}

document.querySelectorAll("[data-refresh]").forEach(keepFresh);
