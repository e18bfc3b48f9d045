// The colour theme, before anything is painted: the reader's choice, else the system's.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const themes = ["light", "dark"];
  root.classList.add("js");
  window.word = (english) => window.words?.[english] ?? english; // in the language of the book

  function remembered() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be forbidden for pages opened as files
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // the choice then holds for this page only
    }
  }

  const current = () => root.dataset.theme ?? (system.matches ? "dark" : "light");
  const announce = () => document.dispatchEvent(new CustomEvent("themechange"));

  const asked = new URLSearchParams(location.search).get("theme") ?? remembered();
  if (themes.includes(asked)) root.dataset.theme = asked;
  system.addEventListener("change", announce);

  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll(".theme-toggle")) {
      const show = () => button.setAttribute("aria-pressed", current() === "dark");
      button.addEventListener("click", () => {
        root.dataset.theme = current() === "dark" ? "light" : "dark";
        remember(root.dataset.theme);
        announce();
      });
      document.addEventListener("themechange", show);
      show();
    }
  });
})();
