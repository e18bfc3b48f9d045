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

  const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["lasso2d", "select2d"] };

  for (const place of document.querySelectorAll(".press-plotly")) {
    const figure = JSON.parse(place.querySelector("script[type='application/json']").textContent);
    const box = document.createElement("div");
    box.style.height = getComputedStyle(place).getPropertyValue("--height");
    const alt = place.querySelector(".press-plotly-static img")?.alt;
    if (alt) {
      box.setAttribute("role", "figure");
      box.setAttribute("aria-label", alt);
    }
    place.append(box);
    const draw = () => Plotly.react(box, figure.data, themed(figure.layout ?? {}), config);
    draw();
    document.addEventListener("themechange", draw);
  }
})();
