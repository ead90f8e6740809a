// Charts that are read month by month, and a place that opens by itself once it is ready.
"use strict";
(() => {
  const waiting = document.querySelector("[data-again]");
  if (waiting) {
    const look = () => fetch(waiting.dataset.again, { headers: { Accept: "text/html" } })
      .then((answer) => answer.text())
      .then((page) => page.includes("data-again=") ? setTimeout(look, 1000) : location.replace(waiting.dataset.again))
      .catch(() => setTimeout(look, 3000));
    setTimeout(look, 1000);
    return;
  }
  const NS = "http://www.w3.org/2000/svg";
  for (const figure of document.querySelectorAll("figure.fig")) {
    const readout = figure.querySelector(".readout"), rows = [...figure.querySelectorAll(".behind table:first-of-type tbody tr")];
    const words = new Map(rows.map((row) => [row.cells[0].textContent.trim(), [...row.cells].slice(1, 4).map((cell) => cell.textContent.trim())]));
    const heads = [...figure.querySelectorAll(".behind thead")].map((head) => [...head.rows[0].cells].map((cell) => cell.textContent.trim()));
    readout.hidden = false;
    for (const svg of figure.querySelectorAll("svg.chart")) {
      const bars = [...svg.querySelectorAll("rect.bar")].map((bar) => ({ x: Number(bar.getAttribute("x")) + Number(bar.getAttribute("width")) / 2,
        name: bar.querySelector("title")?.textContent.split(/\s?:/)[0].trim() || "" }));
      if (!bars.length) continue;
      const cursor = document.createElementNS(NS, "line");
      cursor.setAttribute("class", "cursor"); cursor.setAttribute("y1", 18); cursor.setAttribute("y2", svg.viewBox.baseVal.height - 14);
      let at = bars.length - 1;
      const show = (index) => {
        at = Math.max(0, Math.min(bars.length - 1, index));
        cursor.setAttribute("x1", bars[at].x); cursor.setAttribute("x2", bars[at].x);
        if (!cursor.parentNode) svg.append(cursor);
        const told = words.get(bars[at].name);
        readout.textContent = told ? `${bars[at].name} · ${heads[0].slice(1, 4).map((head, place) => told[place] ? `${told[place]} ${head}` : "").filter(Boolean).join(" · ")}` : bars[at].name;
      };
      svg.setAttribute("tabindex", "0");
      svg.addEventListener("pointermove", (event) => {
        const frame = svg.getBoundingClientRect(), x = (event.clientX - frame.left) / frame.width * svg.viewBox.baseVal.width;
        show(bars.reduce((best, bar, index) => Math.abs(bar.x - x) < Math.abs(bars[best].x - x) ? index : best, 0));
      });
      svg.addEventListener("focus", () => show(at));
      svg.addEventListener("keydown", (event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (by && !event.altKey) { event.preventDefault(); show(at + by); }
      });
    }
  }
})();
