// The drawer of small screens, and which section of the page is being read.
"use strict";
(() => {
  const root = document.documentElement;
  const sidebar = document.querySelector(".sidebar");
  const button = document.querySelector(".drawer-button");
  const rest = document.querySelectorAll(".column-text, .column-contents");
  const small = matchMedia("(max-width: 56rem)");

  function setDrawer(open) {
    root.classList.toggle("drawer-open", open);
    button.setAttribute("aria-expanded", open);
    for (const part of rest) part.inert = open;
    if (open) (sidebar.querySelector(".sidebar-pages [aria-current]") ?? sidebar.querySelector("a")).focus();
  }

  button.setAttribute("role", "button");
  button.setAttribute("aria-controls", sidebar.id);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    setDrawer(!root.classList.contains("drawer-open"));
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      button.click();
    }
  });
  document.addEventListener("click", (event) => {
    const open = root.classList.contains("drawer-open");
    const link = event.target.closest(".sidebar a");
    if (open && (link || !event.target.closest(".sidebar, .drawer-button"))) setDrawer(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("drawer-open")) {
      setDrawer(false);
      button.focus();
    }
  });
  small.addEventListener("change", () => setDrawer(false));

  // The same page in the other editions of a site.
  const editions = document.querySelector(".editions");
  for (const { folder, title, here } of window.editions ?? []) {
    const link = Object.assign(document.createElement("a"), { textContent: title });
    link.href = `${root.dataset.root}../${folder}/${editions.dataset.page}`;
    if (here) link.setAttribute("aria-current", "true");
    editions.append(link);
    editions.hidden = false;
  }

  const current = sidebar.querySelector(".sidebar-pages [aria-current]");
  if (current && current.offsetTop > sidebar.clientHeight - 80) {
    sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 2;
  }

  const links = new Map();
  for (const link of document.querySelectorAll(".page-contents a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  let here = null;

  function spy() {
    const line = innerHeight * 0.25;
    const atEnd = scrollY > 0 && scrollY + innerHeight >= document.body.scrollHeight - 2;
    let heading = null;
    for (const candidate of links.keys()) {
      const limit = atEnd ? innerHeight : line;
      if (candidate.getBoundingClientRect().top <= limit) heading = candidate;
    }
    if (heading === here) return;
    links.get(here)?.classList.remove("here");
    links.get(heading)?.classList.add("here");
    here = heading;
  }

  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      spy();
    });
  }, { passive: true });
  spy();
})();
