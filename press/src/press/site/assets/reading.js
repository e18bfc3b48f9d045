// Helps while reading: tabs, copying of code, enlarged figures, tables that scroll by keyboard.
"use strict";
(() => {
  let names = 0;

  function element(tag, className, properties = {}) {
    return Object.assign(document.createElement(tag), { className, ...properties });
  }

  function makeTabs(tabset) {
    const panels = [...tabset.querySelectorAll(":scope > .press-tab")];
    const list = element("div", "tab-list");
    list.setAttribute("role", "tablist");
    const buttons = panels.map((panel) => {
      const button = element("button", "", { type: "button", id: `tab-${++names}` });
      button.append(...panel.querySelector(".press-tab-title").cloneNode(true).childNodes);
      button.setAttribute("role", "tab");
      panel.id ||= `${button.id}-panel`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      button.setAttribute("aria-controls", panel.id);
      list.append(button);
      return button;
    });

    function select(chosen) {
      panels.forEach((panel, at) => {
        panel.classList.toggle("active", at === chosen);
        buttons[at].setAttribute("aria-selected", at === chosen);
        buttons[at].tabIndex = at === chosen ? 0 : -1;
      });
    }

    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    buttons.forEach((button, at) => {
      button.addEventListener("click", () => select(at));
      button.addEventListener("keydown", (event) => {
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const last = buttons.length - 1;
        const next = Number.isFinite(step) ? (at + step + last + 1) % (last + 1) : step < 0 ? 0 : last;
        select(next);
        buttons[next].focus();
      });
    });
    // A link may lead into a panel that is not shown.
    const reveal = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const at = panels.findIndex((panel) => target && panel.contains(target));
      if (at >= 0) {
        select(at);
        target.scrollIntoView();
      }
    };
    select(0);
    tabset.prepend(list);
    tabset.classList.add("ready");
    addEventListener("hashchange", reveal);
    reveal();
  }

  function addCopyButton(block) {
    const button = element("button", "copy-button", { type: "button", textContent: word("Copy") });
    const box = element("div", "code-box");
    block.before(box);
    box.append(block, button);
    button.addEventListener("click", async () => {
      const text = block.innerText.replace(/\n$/, "");
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = word("Copied");
      } catch {
        getSelection().selectAllChildren(block);
        button.textContent = word("Selected");
      }
      setTimeout(() => (button.textContent = word("Copy")), 1600);
    });
  }

  function addZoom(image) {
    const button = element("button", "zoom-button", { type: "button" });
    button.setAttribute("aria-label", `${word("Enlarge")}: ${image.alt || word("Figure")}`);
    image.before(button);
    button.append(image);
    button.addEventListener("click", () => {
      const dialog = element("dialog", "zoom-dialog");
      const close = element("button", "close-button", { textContent: word("Close") });
      const large = image.cloneNode();
      large.removeAttribute("style");
      large.removeAttribute("id");
      dialog.append(close, large);
      dialog.setAttribute("aria-label", word("Enlarged figure"));
      dialog.addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  // What is too wide for the text scrolls, by keyboard too; a table first takes the room beside it.
  // All are measured together, since each change of the page makes the next measurement slow.
  function fit(boxes) {
    const tables = boxes.filter((box) => box.matches(".table-scroll"));
    const overflows = (box) => box.scrollWidth > box.clientWidth;
    tables.forEach((table) => table.classList.remove("wide"));
    const wide = tables.filter(overflows);
    wide.forEach((table) => table.classList.add("wide"));
    const scrolling = new Set(boxes.filter(overflows));
    boxes.forEach((box) => setScrolling(box, scrolling.has(box)));
  }

  function setScrolling(box, scrolls) {
    if (scrolls === box.hasAttribute("tabindex")) return;
    if (!scrolls) return ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    const kind = box.matches("pre") ? word("Code") : box.matches(".table-scroll") ? word("Table") : word("Equation");
    const label = box.closest("figure")?.querySelector(".caption-label")?.textContent ?? kind;
    box.setAttribute("aria-label", `${label}, ${word("scrolls sideways")}`);
  }

  document.querySelectorAll(".press-tabset").forEach(makeTabs);
  document.querySelectorAll("main pre:not(.output)").forEach(addCopyButton);
  document.querySelectorAll("main figure .float-body img").forEach((image) => {
    if (!image.closest("a, .press-plotly")) addZoom(image);
  });

  const boxes = [...document.querySelectorAll(".table-scroll, main pre, .equation-body, math[display='block']")];
  const sizes = new ResizeObserver((changes) => fit(changes.map((change) => change.target)));
  boxes.forEach((box) => sizes.observe(box));
  document.fonts.ready.then(() => fit(boxes)); // what is set in them gets other widths

  addEventListener("beforeprint", () => {
    document.querySelectorAll("details.callout").forEach((callout) => (callout.open = true));
  });
})();
