// Interactive figures, drawn in the colours of the page and redrawn when its theme changes.
"use strict";
(() => {
  const color = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };

  // Only the template changes: what the figure sets itself stays as it is.
  function themed(layout) {
    const [ink, line, muted] = [color("ink"), color("line"), color("muted")];
    const axis = { gridcolor: line, linecolor: muted, zerolinecolor: line, tickcolor: muted };
    const solid = { ...axis, showbackground: false };
    const own = layout.template?.layout ?? {};
    const template = {
      ...layout.template,
      layout: {
        ...own,
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { ...own.font, color: ink, family: getComputedStyle(document.querySelector("figcaption, nav")).fontFamily },
        margin: { l: 60, r: 15, t: 35, b: 50, ...own.margin },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: ink },
        hoverlabel: { ...own.hoverlabel, bgcolor: color("raised"), bordercolor: line, font: { color: ink } },
        xaxis: { ...own.xaxis, ...axis },
        yaxis: { ...own.yaxis, ...axis },
        scene: {
          ...own.scene,
          xaxis: { ...own.scene?.xaxis, ...solid },
          yaxis: { ...own.scene?.yaxis, ...solid },
          zaxis: { ...own.scene?.zaxis, ...solid },
        },
      },
    };
    const { width, ...rest } = layout;
    return { ...rest, autosize: true, template };
  }

  const config = {
    responsive: true,
    displaylogo: false,
    scrollZoom: false, // turning the wheel scrolls the page
    modeBarButtonsToRemove: ["lasso2d", "select2d", "sendDataToCloud"],
  };
  const plotly = document.currentScript.dataset.plotly;
  const loaded = {};

  function load(address) {
    loaded[address] ??= new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
      document.head.append(script);
    });
    return loaded[address];
  }

  // The data of all figures set one variable, so they are loaded one after another.
  let waiting = Promise.resolve();
  function figureOf(place) {
    waiting = waiting.then(async () => {
      await load(place.dataset.figure);
      place.figure ??= window.plotlyFigure;
    });
    return waiting.then(() => place.figure);
  }

  const MOST_ROWS = 200;

  // What a figure shows, for those who do not see it: the beginning of each trace.
  function tableOf(figure) {
    const table = document.createElement("table");
    const names = ["x", "y", "z", "value"];
    table.createTHead().innerHTML = `<tr><th scope="col"></th>${names.map((name) => `<th scope="col">${name}</th>`).join("")}</tr>`;
    const body = table.createTBody();
    for (const trace of figure.data) {
      const columns = names.map((name) => values(trace[name] ?? (name === "value" ? trace.intensity : null)));
      const rows = Math.min(MOST_ROWS, Math.max(...columns.map((column) => column.length)));
      for (let at = 0; at < rows; at += 1) {
        const row = body.insertRow();
        for (const cell of [trace.name ?? "", ...columns.map((column) => column[at] ?? "")]) {
          row.insertCell().textContent = typeof cell === "number" ? Number(cell.toPrecision(4)) : cell;
        }
      }
    }
    return table;
  }

  // Plotly writes long lists of numbers as base64.
  const types = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };
  function values(list) {
    if (!list?.bdata) return Array.isArray(list) ? list.flat() : [];
    const bytes = Uint8Array.from(atob(list.bdata), (sign) => sign.charCodeAt(0));
    return new types[list.dtype](bytes.buffer);
  }

  function button(text, pressed) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: text });
    made.addEventListener("click", pressed);
    return made;
  }

  for (const place of document.querySelectorAll(".press-plotly")) {
    const picture = place.querySelector(".press-plotly-static");
    const bar = Object.assign(document.createElement("div"), { className: "plot-bar" });
    let box = null;
    let table = null;
    let figure = null;
    const draw = () => box && Plotly.react(box, figure.data, themed(figure.layout ?? {}), config);

    const explore = button(word("Explore"), async () => {
      if (box) {
        Plotly.purge(box);
        box.remove();
        box = null;
        picture.hidden = false;
        explore.textContent = word("Explore");
        return;
      }
      explore.disabled = true;
      figure = await figureOf(place);
      await load(plotly);
      box = Object.assign(document.createElement("div"), { className: "plot-box" });
      box.setAttribute("role", "figure");
      box.setAttribute("aria-label", picture.querySelector("img")?.alt ?? word("Figure"));
      picture.hidden = true;
      place.append(box);
      await draw();
      explore.textContent = word("Picture");
      explore.disabled = false;
    });

    const show = button(word("Values"), async () => {
      if (table) {
        table.remove();
        table = null;
      } else {
        table = Object.assign(document.createElement("div"), { className: "plot-values", tabIndex: 0 });
        table.setAttribute("role", "region");
        table.setAttribute("aria-label", word("Values"));
        table.append(tableOf(await figureOf(place)));
        place.append(table);
      }
      show.setAttribute("aria-expanded", Boolean(table));
    });
    show.setAttribute("aria-expanded", "false");
    bar.append(explore, show);
    place.prepend(bar);
    document.addEventListener("themechange", draw);
  }
})();
