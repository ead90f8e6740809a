// Keys of the situation room. Every page reads and works without this file.
"use strict";
(() => {
  const inField = (element) => element.closest("input, select, textarea, [contenteditable]");
  const rows = () => [...document.querySelectorAll("tr[data-open]")].filter((row) => row.checkVisibility());
  let at = -1;
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, at + by));
    all.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    all[at].querySelector("a").focus();
    all[at].scrollIntoView({ block: "nearest" });
  };
  const click = (selector) => {
    const found = document.querySelector(selector);
    if (found) found.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "ArrowLeft") { event.preventDefault(); click(".asof [rel=prev]"); return; }
    if (event.altKey && event.key === "ArrowRight") { event.preventDefault(); click(".asof [rel=next]"); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
    const keys = {
      "/": () => document.getElementById("q")?.focus(),
      j: () => move(1),
      k: () => move(-1),
      a: () => document.querySelector("[data-key=a]")?.focus(),
      d: () => document.querySelector("#decide input")?.focus(),
      e: () => click(".lang a:not([aria-current])"),
    };
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
})();
