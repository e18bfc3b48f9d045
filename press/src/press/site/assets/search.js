// Search over all pages: every word must occur; titles weigh more than text.
"use strict";
(() => {
  const root = document.documentElement.dataset.root;
  const dialog = document.querySelector(".search-dialog");
  const input = dialog.querySelector("input");
  const list = dialog.querySelector(".search-results");
  const status = dialog.querySelector(".search-status");
  const MOST = 30;
  let entries = null;

  // Upper and lower case and accents do not count.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function load() {
    entries ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${root}site_libs/search-data.js`;
      script.onload = () => resolve(window.searchEntries.map((entry) => ({
        ...entry,
        heading: plain(entry.section || entry.title),
        words: plain(`${entry.title} ${entry.section} ${entry.text}`),
      })));
      script.onerror = () => resolve([]);
      document.head.append(script);
    });
    return entries;
  }

  function score(entry, words) {
    let total = 0;
    for (const word of words) {
      if (!entry.words.includes(word)) return 0;
      const start = ` ${entry.words}`.includes(` ${word}`);
      total += (entry.heading.includes(word) ? 10 : 0) + (start ? 3 : 1);
    }
    return total + (entry.section ? 0 : 1);
  }

  function highlighted(text, words) {
    const low = plain(text);
    const parts = document.createDocumentFragment();
    if (low.length !== text.length) return document.createTextNode(text);
    let at = 0;
    while (at < text.length) {
      const next = words
        .map((word) => ({ word, start: low.indexOf(word, at) }))
        .filter(({ start }) => start >= 0)
        .sort((a, b) => a.start - b.start || b.word.length - a.word.length)[0];
      if (!next) break;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next.start, next.start + next.word.length);
      parts.append(text.slice(at, next.start), mark);
      at = next.start + next.word.length;
    }
    parts.append(text.slice(at));
    return parts;
  }

  function excerpt(text, words) {
    const low = plain(text);
    const first = Math.min(...words.map((word) => low.indexOf(word)).filter((at) => at >= 0));
    const start = Number.isFinite(first) ? Math.max(0, text.lastIndexOf(" ", Math.max(0, first - 50))) : 0;
    const end = text.length > start + 170 ? text.lastIndexOf(" ", start + 170) : text.length;
    return (start ? "… " : "") + text.slice(start, end).trim() + (end < text.length ? " …" : "");
  }

  function line(className, text, words) {
    const part = document.createElement("div");
    part.className = className;
    part.append(highlighted(text, words));
    return part;
  }

  function result(entry, words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = root + entry.href;
    link.append(line("result-section", entry.section || entry.title, words));
    if (entry.section) link.append(line("result-page", entry.title, words));
    if (entry.text) link.append(line("result-text", excerpt(entry.text, words), words));
    item.append(link);
    return item;
  }

  async function search() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    if (!words.length) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    const scored = (await load())
      .map((entry) => ({ entry, points: score(entry, words) }))
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points);
    list.replaceChildren(...scored.slice(0, MOST).map(({ entry }) => result(entry, words)));
    const count = scored.length;
    status.textContent = count ? `${count} ${word(count === 1 ? "section" : "sections")}` : word("Nothing found");
  }

  function open() {
    load();
    if (!dialog.open) dialog.showModal();
    input.select();
  }

  function move(event, step) {
    const stops = [input, ...list.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  for (const button of document.querySelectorAll(".search-button")) button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, 1);
    if (event.key === "ArrowUp") move(event, -1);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("a")) dialog.close();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    if (event.submitter && document.activeElement !== input) return;
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  input.addEventListener("input", search);
})();
