// The map of a place: stepped by month, brought nearer, asked about a part. Without this file the
// map stands as drawn, each part a link; nothing here comes from anywhere but this server.
"use strict";
(() => {
  const figure = document.querySelector("figure[data-months]");
  if (!figure) return;
  const svg = figure.querySelector("svg.map");
  const NS = "http://www.w3.org/2000/svg";
  const [WIDE, HIGH] = svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const find = (name) => figure.querySelector(name);
  const slider = find(".when input"), when = find(".when output"), detail = find(".detail");
  const resting = detail.innerHTML;
  const tags = new Map(), grounds = new Map();
  for (const tag of svg.querySelectorAll(".tag")) {
    const [x, y] = tag.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    tags.set(tag.dataset.u, { tag, x, y, disc: tag.querySelector(".disc"), ring: tag.querySelector(".ring"),
      zero: tag.querySelector(".zero"), text: tag.querySelector(".n") });
  }
  for (const link of svg.querySelectorAll(".parts a")) grounds.set(link.dataset.u, link);

  let foreseen = false, told = null, number = String, at = 0, span = "year", view = [0, 0, WIDE, HIGH], shown = null;
  const fill = (words, fields) => words.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  const clean = (words) => String(words).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

  // What is known of a part at the step: {kind: "counted" | "unknown" | "ahead" | "unforeseen", …}.
  const state = (unit) => {
    const part = told.parts[unit];
    if (told.known !== null && at > told.known && part.a.length) {
      const one = part.a[at - told.known - 1];
      return one ? { kind: "ahead", chance: one[0], low: one[1], median: one[2], high: one[3], beside: one[4] } : { kind: "unforeseen" };
    }
    if (at >= part.d.length) return { kind: "unforeseen" };
    const sum = (end) => {
      const held = part.d.slice(Math.max(0, end - 11), end + 1).filter((one) => one !== null);
      return held.length && part.d[end] !== null ? held.reduce((a, b) => a + b, 0) : null;
    };
    const count = span === "year" ? sum(at) : part.d[at];
    const before = span === "year" ? (at >= 12 ? sum(at - 12) : null) : (at >= 1 ? part.d[at - 1] : null);
    return count === null ? { kind: "unknown" } : { kind: "counted", count, before };
  };
  const moment = () => {
    const month = told.months[at];
    if (told.known !== null && at > told.known && foreseen) return fill(told.words.ahead, { month });
    return fill(span === "year" ? told.words.year : told.words.month, { month });
  };
  const radius = (count) => {
    if (!count) return 0;
    const most = told.most[span === "year" ? 0 : 1];
    return Math.max(1.7, told.largest * Math.sqrt(Math.min(1, count / most)));
  };

  const step = () => {
    const forward = told.known !== null && at > told.known;
    figure.classList.toggle("forecast", forward);
    when.textContent = moment();
    slider.setAttribute("aria-valuetext", moment());
    for (const [unit, link] of grounds) {
      const now = state(unit);
      set(link.firstElementChild, "class", now.kind === "ahead" ? `land p${Math.min(4, Math.floor(now.chance / 20))}`
        : now.kind === "counted" ? "land" : "unknown");
      paint(tags.get(unit), now);
    }
    for (const [unit, mark] of tags) if (!grounds.has(unit)) paint(mark, state(unit));
    events(); reports();
    const link = find(".setclock");
    link.hidden = !told.ends[at] || at === told.clock;
    if (!link.hidden) {
      const address = new URL(location.href);
      address.searchParams.set("at", told.ends[at]);
      link.href = address.pathname + address.search;
      link.textContent = fill(told.words.clock, { month: told.months[at] });
    }
    if (shown) tell(shown);
  };
  // Only what a step changes is written: a browser draws anew whatever is written, changed or not.
  const set = (element, name, value) => { if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value); };
  const paint = (mark, now) => {
    if (!mark) return;
    const counted = now.kind === "counted";
    set(mark.disc, "r", counted ? radius(now.count).toFixed(1) : 0);
    set(mark.ring, "r", counted && span === "year" ? radius(now.before).toFixed(1) : 0);
    set(mark.zero, "r", counted && now.count === 0 && !told.cells ? 2.2 : 0);
    mark.tag.classList.toggle("asked", now.kind === "ahead");
    const text = now.kind === "ahead" ? now.chance + told.words.percent
      : counted ? (told.cells ? (now.count > 0 && zoom() > 2 ? number(now.count) : "") : number(now.count) + (span === "year" && now.before ? ` (${number(now.before)})` : ""))
      : told.cells ? "" : now.kind === "unknown" ? told.words.unknown : "–";
    if (mark.text.textContent !== text) mark.text.textContent = text;
  };

  const shapes = { sb: "M0-3.4 3.4 0 0 3.4-3.4 0Z", ns: "M0-3.3 3.3 2.8H-3.3Z", os: "M-2.6-2.6 2.6 2.6M2.6-2.6-2.6 2.6" };
  const events = () => {
    const layer = svg.querySelector("[data-layer=events]");
    const none = layer.style.display === "none" || (told.known !== null && at > told.known);
    const first = span === "year" ? at - 11 : at;
    for (let month = Math.max(0, first); !none && month <= at; month++)
      if (byMonth[month] && !drawn.has(month)) layer.append(drawnMonth(month));
    for (const [month, group] of drawn) {
      const away = none || month < first || month > at;
      if (group.hasAttribute("display") !== away) away ? group.setAttribute("display", "none") : group.removeAttribute("display");
    }
  };
  // The events of a month are drawn once, and shown or not.
  const drawn = new Map();
  let byMonth = [];
  const drawnMonth = (month) => {
    const group = document.createElementNS(NS, "g"), k = (1 / zoom()).toFixed(3);
    group.innerHTML = byMonth[month].map((place) => {
      const one = told.events[place];
      return `<path class="e ${one[3]}" data-e="${place}" d="${shapes[one[3]] || shapes.sb}" transform="translate(${one[1]} ${one[2]}) scale(${k})"/>`;
    }).join("");
    drawn.set(month, group);
    return group;
  };
  const reports = () => {
    const layer = svg.querySelector("[data-layer=reports]");
    const k = (1 / zoom()).toFixed(3);
    const first = span === "year" ? at - 11 : at;
    layer.innerHTML = Object.entries(told.reports).map(([unit, months]) => {
      const mark = tags.get(unit);
      const many = Object.entries(months).reduce((sum, [month, count]) => sum + (month >= first && month <= at ? count : 0), 0);
      return mark && many ? `<g data-r="${clean(unit)}" transform="translate(${mark.x} ${mark.y}) scale(${k})"><rect x="4" y="-13" width="13" height="10"/><text class="small" x="10.5" y="-5" text-anchor="middle">${number(many)}</text></g>` : "";
    }).join("");
  };

  // --- nearer and farther ------------------------------------------------------------------
  const zoom = () => WIDE / view[2];
  const look = (x, y, wide) => {
    wide = Math.max(WIDE / 12, Math.min(WIDE, wide));
    const high = wide * HIGH / WIDE;
    view = [Math.max(0, Math.min(WIDE - wide, x)), Math.max(0, Math.min(HIGH - high, y)), wide, high];
    svg.setAttribute("viewBox", view.map((one) => one.toFixed(2)).join(" "));
    const k = (1 / zoom()).toFixed(3);
    for (const { tag, x: cx, y: cy } of tags.values()) tag.setAttribute("transform", `translate(${cx} ${cy}) scale(${k})`);
    for (const one of svg.querySelectorAll(".ev path, .rp > *"))
      one.setAttribute("transform", one.getAttribute("transform").replace(/scale\(.*\)/, `scale(${k})`));
    svg.style.setProperty("--k", k);
    if (told && told.cells) for (const [unit, mark] of tags) paint(mark, state(unit));
  };
  const nearer = (factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const wide = Math.max(WIDE / 12, Math.min(WIDE, view[2] / factor)), share = wide / view[2];
    look(x - (x - view[0]) * share, y - (y - view[1]) * share, wide);
  };
  const point = (event) => {
    const frame = svg.getBoundingClientRect();
    return [view[0] + (event.clientX - frame.left) / frame.width * view[2], view[1] + (event.clientY - frame.top) / frame.height * view[3]];
  };
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && zoom() === 1 && event.deltaY > 0) return;
    event.preventDefault();
    nearer(event.deltaY < 0 ? 1.25 : 0.8, ...point(event));
  }, { passive: false });
  let drag = null, moved = false;
  svg.addEventListener("pointerdown", (event) => { moved = false; if (event.isPrimary && event.button === 0) drag = [event.clientX, event.clientY, ...view]; });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const frame = svg.getBoundingClientRect(), dx = event.clientX - drag[0], dy = event.clientY - drag[1];
    if (Math.hypot(dx, dy) > 4) moved = true;
    if (moved && zoom() > 1) look(drag[2] - dx / frame.width * view[2], drag[3] - dy / frame.height * view[3], view[2]);
  });
  addEventListener("pointerup", () => { drag = null; });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => { if (moved && zoom() > 1) event.preventDefault(); }, true);
  svg.addEventListener("dblclick", (event) => { event.preventDefault(); nearer(2, ...point(event)); });
  find(".near").addEventListener("click", () => nearer(1.6));
  find(".far").addEventListener("click", () => nearer(1 / 1.6));
  svg.addEventListener("keydown", (event) => {
    const shift = view[2] / 6;
    const keys = { "+": () => nearer(1.6), "=": () => nearer(1.6), "-": () => nearer(1 / 1.6), 0: () => look(0, 0, WIDE),
      ArrowLeft: () => look(view[0] - shift, view[1], view[2]), ArrowRight: () => look(view[0] + shift, view[1], view[2]),
      ArrowUp: () => look(view[0], view[1] - shift, view[2]), ArrowDown: () => look(view[0], view[1] + shift, view[2]) };
    if (event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault(); event.stopPropagation(); keys[event.key]();
  });

  // --- what a part, an event or a report says ------------------------------------------------
  const tell = (unit) => {
    if (!told || !told.parts[unit]) return;
    shown = unit;
    const part = told.parts[unit], now = state(unit), fields = { name: part.n, when: moment(), above: number(told.above), ...now };
    for (const name of ["count", "low", "high"]) if (name in now) fields[name] = number(now[name]);
    fields.chance = `${now.chance}${told.words.percent}`;
    fields.beside = now.beside === null || now.beside === undefined ? "–" : `${now.beside}${told.words.percent}`;
    const words = fill({ counted: told.words.deaths, unknown: told.words.nobody, ahead: told.words.foreseen, unforeseen: told.words.unforeseen }[now.kind], fields);
    const many = Object.entries(told.reports[unit] || {}).reduce((sum, [month, count]) => sum + (month <= at && month >= (span === "year" ? at - 11 : at) ? count : 0), 0);
    const more = many ? ` ${clean(fill(told.words.reports, { name: part.n, count: number(many), when: moment() }))}.` : "";
    detail.innerHTML = `${clean(words)}${more} <a href="${clean(part.h)}">${clean(told.words.open)}</a>`;
    for (const [name, link] of grounds) link.classList.toggle("at", name === unit);
  };
  const tellEvent = (place) => {
    const one = told.events[place];
    const fields = { days: one[9], place: one[7], count: number(one[4]), low: one[5] === null ? "?" : number(one[5]), high: one[6] === null ? "?" : number(one[6]), kind: told.words[one[3]], sides: one[8] };
    detail.innerHTML = `${clean(fill(told.words.event, fields))} <a href="${clean(told.listing)}#e${clean(one[10])}">${clean(told.words.source)}</a>`;
  };
  const over = (event) => {
    if (!told) return;
    const mark = event.target.closest("[data-e]"), part = event.target.closest("[data-u]") || event.target.closest("[data-r]");
    if (mark) tellEvent(Number(mark.dataset.e)); else if (part) tell(part.dataset.u || part.dataset.r);
  };
  svg.addEventListener("pointerover", over);
  svg.addEventListener("focusin", over);
  svg.addEventListener("click", (event) => {
    const mark = told && event.target.closest("[data-e]");
    if (mark) location.href = `${told.listing}#e${told.events[Number(mark.dataset.e)][10]}`;
    const tag = event.target.closest(".tag");
    if (tag && !moved && grounds.has(tag.dataset.u)) location.href = grounds.get(tag.dataset.u).getAttribute("href");
  });

  // --- what is shown ----------------------------------------------------------------------
  for (const box of figure.querySelectorAll(".layers input[data-of]"))
    box.addEventListener("change", () => {
      figure.classList.toggle(`no-${box.dataset.of}`, !box.checked);
      if (box.dataset.of === "events") { svg.querySelector("[data-layer=events]").style.display = box.checked ? "" : "none"; if (told) events(); }
    });
  for (const box of figure.querySelectorAll("[name=span]"))
    box.addEventListener("change", () => { span = box.value; if (told) step(); });
  const go = (to) => { at = Math.max(Number(slider.min), Math.min(Number(slider.max), to)); slider.value = at; step(); };
  slider.addEventListener("input", () => { at = Number(slider.value); step(); });
  find(".earlier").addEventListener("click", () => go(at - 1));
  find(".later").addEventListener("click", () => go(at + 1));

  const start = (answer) => {
    told = answer;
    foreseen = Object.values(told.parts).some((one) => one.a.length);
    told.events.forEach((one, place) => { (byMonth[one[0]] ||= []).push(place); });
    number = new Intl.NumberFormat(told.lang).format;
    at = told.known === null ? told.clock : told.known;
    slider.min = 0; slider.max = told.months.length - 1; slider.value = at;
    figure.classList.add("ready");
    find(".when").hidden = find(".layers").hidden = find(".lens").hidden = false;
    step();
  };
  fetch(figure.dataset.months, { headers: { Accept: "application/json" } })
    .then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(answer.status)))
    .then(start)
    .catch(() => { detail.innerHTML = resting; });
})();
