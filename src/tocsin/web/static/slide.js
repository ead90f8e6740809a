// The slider of a page steps without a click: the part between is fetched and put in place.
"use strict";
(() => {
  let wanted = 0;
  const show = async (form, address) => {
    const mine = ++wanted;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== wanted) return;
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    const made = read.getElementById("slid");
    if (!made || mine !== wanted) return;
    document.getElementById("slid").replaceWith(made);
    history.replaceState(null, "", address);
    made.querySelector("input[type=range]").focus({ preventScroll: true });
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.slide");
    if (form) show(form, `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("form.slide a");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(link.closest("form"), link.getAttribute("href"));
  });
})();
