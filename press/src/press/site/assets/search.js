// Search over all pages: every word must occur, or one that is a letter away; titles weigh more.
"use strict";
(() => {
  const root = document.documentElement.dataset.root;
  const dialog = document.querySelector(".search-dialog");
  const input = dialog.querySelector("input");
  const list = dialog.querySelector(".search-results");
  const status = dialog.querySelector(".search-status");
  const MOST = 30;
  const SHORTEST_MISSPELT = 4; // letters
  let entries = null;
  let vocabulary = null;

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

  // Whether one letter more, less, other or exchanged with its neighbour makes one word the other.
  function nearlyEqual(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let at = 0;
    while (at < a.length && a[at] === b[at]) at += 1;
    const [restA, restB] = [a.slice(at), b.slice(at)];
    return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)
      || (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2));
  }

  // The forms of a word to look for: itself if it occurs anywhere, else the words nearly like it.
  function forms(word, all) {
    if (word.length < SHORTEST_MISSPELT || all.some((entry) => entry.words.includes(word))) return [word];
    vocabulary ??= new Set(all.flatMap((entry) => entry.words.split(/[^\p{L}\p{N}_]+/u)));
    return [...vocabulary].filter((other) => nearlyEqual(word, other));
  }

  function score(entry, wanted) {
    let total = 0;
    for (const alternatives of wanted) {
      const found = alternatives.filter((word) => entry.words.includes(word));
      if (!found.length) return 0;
      const starts = found.some((word) => ` ${entry.words}`.includes(` ${word}`));
      total += (found.some((word) => entry.heading.includes(word)) ? 10 : 0) + (starts ? 3 : 1);
    }
    const isFunction = entry.href.includes("/api-"); // chapters come first, where as good
    return total + (entry.section ? 0 : 1) + (isFunction ? 0 : 6);
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
    const [page, anchor] = entry.href.split("#");
    link.href = `${root}${page}?marked=${encodeURIComponent(words.join(" "))}${anchor ? `#${anchor}` : ""}`;
    link.append(line("result-section", entry.section || entry.title, words));
    if (entry.section) link.append(line("result-page", entry.title, words));
    if (entry.text) link.append(line("result-text", excerpt(entry.text, words), words));
    item.append(link);
    return item;
  }

  async function search() {
    const typed = plain(input.value).split(/\s+/).filter(Boolean);
    if (!typed.length) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    const all = await load();
    const wanted = typed.map((word) => forms(word, all));
    const words = wanted.flat();
    const scored = all
      .map((entry) => ({ entry, points: score(entry, wanted) }))
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points);
    list.replaceChildren(...scored.slice(0, MOST).map(({ entry }) => result(entry, words)));
    const count = scored.length;
    status.textContent = count ? `${count} ${word(count === 1 ? "section" : "sections")}` : word("Nothing found");
  }

  // The words by which this page was found are marked where they stand, without changing the page.
  function markFound() {
    const asked = plain(new URLSearchParams(location.search).get("marked") ?? "").split(" ").filter(Boolean);
    const words = asked.flatMap((word) => [word, word.split(".").pop()]).filter(Boolean); // of a.b also b
    if (!words.length || !window.Highlight) return;
    const marks = new Highlight();
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const low = plain(texts.currentNode.data);
      if (low.length !== texts.currentNode.data.length) continue;
      for (const wanted of words) {
        for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) {
          marks.add(new StaticRange({
            startContainer: texts.currentNode, startOffset: at,
            endContainer: texts.currentNode, endOffset: at + wanted.length,
          }));
        }
      }
    }
    CSS.highlights.set("found", marks);
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
    const command = event.ctrlKey || event.metaKey;
    const asked = command ? event.key.toLowerCase() === "k" : event.key === "/" && !typing && !event.altKey;
    if (!asked) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, 1);
    if (event.key === "ArrowUp") move(event, -1);
    if (event.key === "Escape") dialog.close(); // at once; browsers would empty the field first
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
  markFound();
})();
