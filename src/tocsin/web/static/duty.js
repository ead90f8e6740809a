// The duty board: its clocks tick by the server's time, and it is fetched anew each minute without
// losing the place of who reads it. Without this file it stands as it was when it was opened.
"use strict";
(() => {
  const board = () => document.getElementById("board");
  const words = JSON.parse(board().dataset.words);
  const fill = (text, fields) => text.replace(/\{(\w+)(?::02d)?\}/g, (whole, name) => whole.includes(":") ? String(fields[name]).padStart(2, "0") : fields[name]);
  let ahead = Date.parse(board().dataset.now) - Date.now(), refreshed = Date.now();
  const span = (minutes) => {
    const days = Math.floor(minutes / 1440), hours = Math.floor(minutes % 1440 / 60), rest = minutes % 60;
    return days ? fill(words.days, { days, hours }) : hours ? fill(words.hours, { hours, minutes: rest }) : fill(words.minutes, { minutes: rest });
  };
  const hand = (share) => {
    const angle = 2 * Math.PI * share;
    return `M10 10V2.8A7.2 7.2 0 ${share > 0.5 ? 1 : 0} 1 ${(10 + 7.2 * Math.sin(angle)).toFixed(1)} ${(10 - 7.2 * Math.cos(angle)).toFixed(1)}Z`;
  };
  const tick = () => {
    for (const one of document.querySelectorAll("[data-due]")) {
      const left = (Date.parse(one.dataset.due) - Date.now() - ahead) / 60000, chip = one.firstElementChild;
      const said = fill(left < 0 ? words.over : words.left, { span: span(Math.round(Math.abs(left))) });
      const text = chip.lastChild;
      if (text.textContent.trim() !== said) text.textContent = said;
      chip.className = `clock ${left < 0 ? "over" : left <= 360 ? "soon" : ""}`;
      const path = chip.querySelector(".left");
      if (path && left >= 0) path.setAttribute("d", hand(Math.min(left / 1440, 0.999)));
      if (path && left < 0) path.setAttribute("d", "M9 5h2v6H9zM9 13h2v2H9z");
    }
  };
  const place = () => {
    const held = document.activeElement;
    if (!held || !board().contains(held)) return () => {};
    const links = [...board().querySelectorAll("a, button, summary")].filter((one) => one.getAttribute("href") === held.getAttribute("href"));
    const which = Math.max(0, links.indexOf(held)), address = held.getAttribute("href");
    return () => {
      const found = [...board().querySelectorAll("a, button, summary")].filter((one) => one.getAttribute("href") === address);
      (found[which] || found[0])?.focus({ preventScroll: true });
    };
  };
  const stale = () => {
    const told = board().querySelector(".stale");
    told.textContent = fill(board().dataset.stale, { time: new Date(refreshed + ahead).toISOString().slice(11, 16) + " UTC" });
    told.hidden = false;
  };
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), fresh = page.getElementById("board");
      const back = place();
      for (const one of board().querySelectorAll("details[open]"))
        fresh.querySelector(`details[data-kept="${CSS.escape(one.dataset.kept)}"]`)?.setAttribute("open", "");
      board().replaceWith(fresh);
      back();
      const bar = page.querySelector(".asof b");
      if (bar) document.querySelector(".asof b").textContent = bar.textContent;
      ahead = Date.parse(fresh.dataset.now) - Date.now();
      refreshed = Date.now();
      tick();
    } catch { stale(); }
  };
  setInterval(tick, 5000);
  setInterval(refresh, 60000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - refreshed > 60000) refresh(); });
  document.addEventListener("board:refresh", refresh);
  tick();
})();
