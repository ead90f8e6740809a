/* Reports wait in the browser and are sent when there is a line. Each has a name made here, so that
   the server takes it in once, however often it is sent. */
"use strict";
(() => {
  const line = document.getElementById("line");
  const form = document.getElementById("ask");
  const list = document.getElementById("waiting");
  if (!line || !list) return;
  const words = line.dataset;
  const PIECE = 256 * 1024;

  // --- what waits, in IndexedDB
  const opened = new Promise((done, fail) => {
    const asked = indexedDB.open("tocsin-send", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "instance" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const within = async (mode, act) => {
    const base = await opened;
    return new Promise((done, fail) => {
      const change = base.transaction("waiting", mode);
      const asked = act(change.objectStore("waiting"));
      change.oncomplete = () => done(asked && asked.result);
      change.onerror = change.onabort = () => fail(change.error);
    });
  };
  const waiting = () => within("readonly", (store) => store.getAll());
  const keep = (one) => within("readwrite", (store) => store.put(one));
  const drop = (one) => within("readwrite", (store) => store.delete(one.instance));

  const name = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return "w-" + Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  };

  // --- what the person sees
  const tell = (text, kind) => {
    line.textContent = "";
    line.className = "line " + (kind || "");
    if (text) line.appendChild(document.createElement("span")).textContent = text;
  };
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  const show = async () => {
    const all = await waiting();
    list.textContent = "";
    list.hidden = !all.length;
    for (const one of all) {
      const row = document.createElement("li");
      const answers = Object.fromEntries(one.fields);
      const about = [answers.place, answers.day_from || answers.week].filter(Boolean).join(", ");
      row.append(`${words.waiting} ${about}`);
      for (const problem of one.problems || []) {
        const told = document.createElement("p");
        told.className = "wrong";
        told.textContent = `${problem.label}: ${problem.wrong}`;
        row.append(told);
      }
      if (one.problems) {
        if (form && form.dataset.form === one.form) row.append(button(words.correct, () => refill(one)));
        row.append(button(words.delete, async () => { await drop(one); await show(); }));
      }
      list.append(row);
    }
    return all;
  };
  const refill = (one) => {
    form.dataset.instance = one.instance;
    for (const [key, value] of one.fields) {
      for (const field of form.elements) {
        if (field.name !== key || field.type === "file") continue;
        if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
    relevant();
    form.scrollIntoView();
  };

  // --- sending
  const sendPhoto = async (one) => {
    const where = `/send/photo/${encodeURIComponent(one.instance)}/${encodeURIComponent(one.key)}`;
    const asked = await fetch(where, { method: "HEAD" });
    if (!asked.ok) throw new Error(String(asked.status));
    let at = Number(asked.headers.get("Upload-Offset"));
    while (at < one.photo.size) {
      const answer = await fetch(where, {
        method: "PATCH",
        headers: { "Upload-Offset": String(at), "Upload-Length": String(one.photo.size),
          "Content-Type": "application/offset+octet-stream" },
        body: one.photo.slice(at, at + PIECE),
      });
      if (answer.status === 422) return (await answer.json()).left.join(" "); // whole, and not kept
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      at = Number(answer.headers.get("Upload-Offset"));
    }
    return "";
  };
  const sendOne = async (one) => {
    if (!one.taken) {
      const body = new FormData();
      for (const [key, value] of one.fields) body.append(key, value);
      body.append("instance", one.instance);
      body.append("created", one.created);
      if (one.photo) body.append("photo_key", one.key);
      const answer = await fetch(`/send/${one.form}`, {
        method: "POST", body, headers: { Accept: "application/json" },
      });
      if (answer.status === 401 || answer.status === 403) {
        document.getElementById("enter").hidden = false;
        localStorage.removeItem("known");
        tell(words.token);
        return false;
      }
      if (answer.status === 422) {
        one.problems = (await answer.json()).problems;
        await keep(one);
        tell(words.refused, "off");
        return true;
      }
      if (!answer.ok) return false; // busy, or in trouble: later
      localStorage.setItem("known", "1");
      one.taken = true;
      one.receipt = (await answer.json()).receipt;
      await keep(one);
    }
    const left = one.photo ? await sendPhoto(one) : "";
    await drop(one);
    tell([words.sent, words.receipt.replace("{code}", one.receipt || ""), left].join(" ").trim(), "sent");
    return true;
  };
  const flushAlone = async () => {
    try {
      for (const one of await waiting()) {
        if (!one.problems && !(await sendOne(one))) break;
      }
    } catch (trouble) {
      tell(words.kept, "off"); // the line broke; it is tried again
    }
    await show();
  };
  const flush = () => navigator.locks
    ? navigator.locks.request("tocsin-send", { ifAvailable: true }, (held) => held && flushAlone())
    : flushAlone();

  // --- the form
  const relevant = () => {
    if (!form) return;
    for (const part of form.querySelectorAll("[data-if]")) {
      const asked = new FormData(form).get(part.dataset.if);
      part.hidden = asked !== part.dataset.is;
    }
  };
  if (form) {
    form.addEventListener("change", relevant);
    relevant();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = [];
      let photo = null;
      for (const [key, value] of new FormData(form)) {
        if (value instanceof File) photo = value.size ? value : photo;
        else if (value.trim() && !form.querySelector(`[hidden] [name="${key}"]`)) fields.push([key, value]);
      }
      const instance = form.dataset.instance || name();
      const now = new Date();
      try {
        await keep({ instance, form: form.dataset.form, fields, photo, key: "p-" + instance,
          created: now.toISOString() });
      } catch (trouble) {
        form.submit(); // this browser keeps nothing: send it the plain way
        return;
      }
      delete form.dataset.instance;
      form.reset();
      relevant();
      tell(words.kept, navigator.onLine ? "" : "off");
      line.scrollIntoView({ block: "center" });
      await show();
      await flush();
    });
    const here = document.getElementById("here");
    if (here && navigator.geolocation) {
      here.hidden = false;
      here.addEventListener("click", () => navigator.geolocation.getCurrentPosition((found) => {
        // Three decimals are a hundred metres: a place, not a house.
        document.getElementById("q-position").value =
          `${found.coords.latitude.toFixed(3)} ${found.coords.longitude.toFixed(3)}`;
      }));
    }
    const wipe = document.getElementById("wipe");
    wipe.hidden = false;
    wipe.addEventListener("click", async () => {
      if (!confirm(words.sure)) return;
      await within("readwrite", (store) => store.clear());
      for (const kept of await caches.keys()) await caches.delete(kept);
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
      localStorage.clear();
      form.reset();
      tell("");
      await show();
    });
  }

  // --- the line
  if (words.known) localStorage.setItem("known", "1");
  else if (localStorage.getItem("known")) document.getElementById("enter").hidden = true;
  const look = () => { if (navigator.onLine) flush(); else tell(words.offline, "off"); };
  addEventListener("online", () => { tell(""); flush(); });
  addEventListener("offline", () => tell(words.offline, "off"));
  // Another page of ours may have sent what waits: the list is looked at again, not only the line.
  setInterval(async () => {
    if (!list.hidden && (await show()).some((one) => !one.problems) && navigator.onLine) flush();
  }, 5000);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/send/worker.js", { scope: "/send" });
  show().then(look);
})();
