// Keeps a served page up to date: reloads it when it changed, at the same place, and shows what
// went wrong. Only `thesis preview` adds it to a page.
const script = document.currentScript;
const place = "press-preview:" + location.pathname;

const banner = document.createElement("pre");
Object.assign(banner.style, {
  position: "fixed", insetInline: "0", bottom: "0", margin: "0", padding: "0.75em 1em",
  maxHeight: "60vh", overflow: "auto", whiteSpace: "pre-wrap", zIndex: "1000",
  font: "14px/1.4 monospace", color: "#fff",
});
banner.setAttribute("role", "status");

function show(text, colour) {
  banner.textContent = text;
  banner.style.background = colour;
  banner.hidden = !text;
}

window.addEventListener("load", () => {
  const kept = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (kept !== null) window.scrollTo({ top: Number(kept), behavior: "instant" });
  show("", "");
  document.body.append(banner);
  const events = new EventSource(script.dataset.events);
  events.onmessage = ({ data }) => {
    const state = JSON.parse(data);
    if ((state.changed[script.dataset.page] ?? 0) > Number(script.dataset.number)) {
      events.close();
      sessionStorage.setItem(place, String(window.scrollY));
      location.reload();
    } else if (state.error) {
      show(state.error, "#8b1a1a");
    } else {
      show(state.working, "#1f4e79");
    }
  };
  events.onerror = () => show("The preview has stopped.", "#555");
});
