"use strict";
for (const stepper of document.querySelectorAll(".stepper")) {
  const find = (what) => stepper.querySelector(what);
  const all = (what) => [...stepper.querySelectorAll(what)];
  const moments = all(".moments > li");
  const words = moments.map((item) => [...item.childNodes].map((node) => node.cloneNode(true)));
  const said = find(".now-said"), count = find(".count"), speed = find("select"), scroller = find(".scroll"), last = moments.length;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const vertices = all("g[data-vertex]"), wires = all("path[data-edge]"), weights = all("text[data-edge]");
  const sofar = new Map();
  for (const vertex of vertices) {
    const text = vertex.querySelector("text.gradient");
    if (!text) continue;
    const copy = text.cloneNode(false);
    copy.classList.add("so-far");
    text.after(copy);
    sofar.set(vertex.dataset.vertex, copy);
  }
  const buttons = moments.map((item, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...item.childNodes);
    button.addEventListener("click", () => { pause(); show(place + 1); });
    item.append(button);
    return button;
  });

  let at = null;  // moments that have happened; null: the finished picture
  let timer = 0;

  function show(place) {
    at = place;
    const happened = moments.slice(0, at ?? last), current = at ? moments[at - 1] : null;
    const known = new Set(), passed = new Set(), seen = new Set(), gradients = new Map();
    for (const { dataset } of happened) {
      if (dataset.phase === "forward") known.add(dataset.vertex);
      if ("resets" in dataset) { gradients.clear(); passed.clear(); }
      if (dataset.gradient) gradients.set(dataset.vertex, dataset.gradient);
      if (dataset.edge) { passed.add(dataset.edge); seen.add(dataset.edge); }
    }
    stepper.classList.toggle("stepping", at !== null);
    for (const vertex of vertices) {
      const name = vertex.dataset.vertex;
      vertex.classList.toggle("now", current !== null && current.dataset.vertex === name);
      const value = vertex.querySelector("text.value");
      if (value) value.classList.toggle("ahead", !vertex.classList.contains("constant") && !known.has(name));
      if (sofar.has(name)) sofar.get(name).textContent = at === null ? "" : gradients.get(name) ?? "";
    }
    for (const wire of wires) {
      const name = wire.dataset.edge, forward = current !== null && current.dataset.phase === "forward";
      wire.classList.toggle("passed", passed.has(name));
      wire.classList.toggle("now", current !== null && current.dataset.edge === name);
      wire.classList.toggle("feeds", forward && current.dataset.vertex === wire.dataset.target);
    }
    for (const weight of weights) weight.classList.toggle("ahead", !seen.has(weight.dataset.edge));
    tell(current);
  }

  function tell(current) {
    const phase = current ? current.dataset.phase : at === 0 ? "start" : "finished";
    said.replaceChildren(...(current ? words[at - 1].map((node) => node.cloneNode(true)) : [said.dataset[phase]]));
    count.textContent = `${at ?? last} of ${last} · ${phase}`;
    buttons.forEach((button, place) => {
      const here = place + 1 === at;
      button.tabIndex = here || (!at && place === 0) ? 0 : -1;
      if (here) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
    });
    const idle = { start: at === 0, back: at === 0, step: at === last, end: at === null };
    for (const [name, off] of Object.entries(idle)) find("." + name).setAttribute("aria-disabled", off);
    if (current) look(current);
  }

  function look(current) {
    const list = current.parentElement, behavior = still.matches ? "instant" : "smooth";
    list.scrollTo({ top: current.offsetTop - list.offsetTop - list.clientHeight / 2 + current.offsetHeight / 2, behavior });
    const box = find("g.now").getBoundingClientRect(), view = scroller.getBoundingClientRect();
    scroller.scrollTo({ left: scroller.scrollLeft + box.left + box.width / 2 - view.left - view.width / 2, behavior });
  }

  const moves = {
    start: () => show(0),
    back: () => show(Math.max((at ?? last + 1) - 1, 0)),
    step: () => show(Math.min((at ?? 0) + 1, last)),
    end: () => show(null),
  };

  function pause() {
    clearInterval(timer);
    timer = 0;
    name("play", "Play (space)");
  }

  function name(face, title) {
    play.textContent = face;
    play.title = title;
    play.setAttribute("aria-label", title);
  }

  function run() {
    if (at === null || at === last) show(0);
    const tick = () => { moves.step(); if (at === last) pause(); };
    timer = setInterval(tick, Number(speed.value));
    name("pause", "Pause (space)");
    tick();
  }

  const play = find(".play");
  play.addEventListener("click", () => timer ? pause() : run());
  for (const [name, move] of Object.entries(moves)) find("." + name).addEventListener("click", () => { pause(); move(); });
  speed.addEventListener("change", () => { if (timer) { clearInterval(timer); timer = 0; run(); } });

  const keys = { ArrowRight: "step", ArrowLeft: "back", Home: "start", End: "end" };
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === speed) return;
    if (event.key in keys) { pause(); moves[keys[event.key]](); }
    else if (event.key === " " && !(event.target instanceof HTMLButtonElement)) play.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  stepper.addEventListener("keydown", pressed);
  if (stepper === document.querySelector(".stepper")) {  // the arrows work before anything is focused, too; Home, End and space still scroll
    document.addEventListener("keydown", (event) => {
      if (event.target === document.body && event.key.startsWith("Arrow")) pressed(event);
    });
  }
  find(".controls").hidden = said.hidden = false;
  stepper.tabIndex = 0;
  show(null);
}
