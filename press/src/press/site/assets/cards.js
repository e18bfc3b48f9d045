// Hover cards: what a reference, citation or footnote leads to, shown beside it.
"use strict";
(() => {
  const root = document.documentElement.dataset.root;
  const links = "main a.quarto-xref, main a.footnote-ref, main .citation, main a.citation-link";
  const DELAY = 160;
  let card = null;
  let timer = 0;
  let owner = null;
  let loading = null;

  // Cards of other pages come in a script, because a page opened as a file may not fetch others.
  function cardsOfOtherPages() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${root}site_libs/card-data.js`;
      script.onload = () => resolve(window.cards);
      script.onerror = () => resolve({});
      document.head.append(script);
    });
    return loading;
  }

  function fromThisPage(id) {
    const target = document.getElementById(id);
    if (!target) return null;
    const copy = target.cloneNode(true);
    copy.removeAttribute("id");
    copy.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    copy.querySelectorAll("script, .copy-button, .anchor").forEach((part) => part.remove());
    copy.querySelectorAll(".zoom-button").forEach((button) => button.replaceWith(...button.childNodes));
    const box = document.createElement("div");
    box.append(...(target.tagName === "LI" ? copy.childNodes : [copy]));
    if (/^H[1-6]$/.test(target.tagName)) {
      const first = [copy, target.nextElementSibling?.closest("p")?.cloneNode(true)].filter(Boolean);
      const title = Object.assign(document.createElement("p"), { className: "card-title" });
      title.append(...copy.childNodes);
      box.replaceChildren(title, ...first.slice(1));
    }
    return box;
  }

  function fromAnotherPage(entry) {
    const box = document.createElement("div");
    box.innerHTML = entry.html;
    box.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    const base = new URL(root + entry.page, location.href);
    for (const name of ["src", "href"]) {
      box.querySelectorAll(`[${name}]`).forEach((part) => {
        part.setAttribute(name, new URL(part.getAttribute(name), base));
      });
    }
    return box;
  }

  async function content(link) {
    const keys = link.dataset.keys ?? link.closest(".citation")?.dataset.keys;
    const ids = keys
      ? keys.split(" ").map((key) => `ref-${key}`)
      : [decodeURIComponent(link.hash.slice(1))];
    const boxes = await Promise.all(ids.map(async (id) => {
      const here = fromThisPage(id);
      if (here) return here;
      const entry = (await cardsOfOtherPages())[id];
      return entry ? fromAnotherPage(entry) : null;
    }));
    return boxes.filter(Boolean).flatMap((box) => [...box.childNodes]);
  }

  function place(link) {
    const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const width = card.offsetWidth;
    const left = Math.max(16, Math.min(at.left - 12, document.documentElement.clientWidth - width - 16));
    const below = at.bottom + card.offsetHeight + 12 < innerHeight || at.top < card.offsetHeight + 12;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${scrollY + (below ? at.bottom + 8 : at.top - card.offsetHeight - 8)}px`;
  }

  function hide() {
    clearTimeout(timer);
    card?.remove();
    owner?.removeAttribute("aria-describedby");
    card = owner = null;
  }

  async function show(link) {
    const parts = await content(link);
    if (!parts.length || !(link.matches(":hover") || link.matches(":focus-visible"))) return;
    hide();
    owner = link;
    card = document.createElement("aside");
    card.className = "card";
    card.id = "hover-card";
    card.setAttribute("role", "tooltip");
    card.append(...parts);
    document.body.append(card);
    link.setAttribute("aria-describedby", card.id);
    place(link);
    card.addEventListener("pointerenter", () => clearTimeout(timer));
    card.addEventListener("pointerleave", () => later(hide));
  }

  function later(action) {
    clearTimeout(timer);
    timer = setTimeout(action, DELAY);
  }

  for (const link of document.querySelectorAll(links)) {
    if (link.matches(".citation-link")) {
      link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
      link.addEventListener("blur", hide);
      continue;
    }
    link.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse" && owner !== link) later(() => show(link));
      else clearTimeout(timer);
    });
    link.addEventListener("pointerleave", () => later(hide));
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", hide);
  }
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
})();
