"""A diagram with moments -> a figure that can be stepped through: controls, a sentence, the list of all moments; one constant script.

Without the script, and on paper, the finished picture and the list are all there is. The script makes no markup: it shows, hides and copies
what the page has already. A new moment is a Frame of explain/walk.py; nothing here knows what one means.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from chainrule_cli.document import Diagram, Frame

MOST_FRAMES = 500
"""Moments that a page has room for."""

SPEEDS = {"slow": 2000, "normal": 1000, "fast": 350}
"""Milliseconds from one moment to the next."""

CONTROLS = (
    ("start", "|←", "To the start (Home)"),
    ("back", "← back", "Back (left arrow)"),
    ("play", "play", "Play (space)"),
    ("step", "step →", "Step (right arrow)"),
    ("end", "→|", "To the finished picture (End)"),
)
"""What a button does, how it looks, what it is called."""

STYLE = """
.stepper { margin: .8rem 0; scroll-margin-top: 1rem; }
.stepper:focus-visible, .stepper :focus-visible, .scroll:focus-visible { outline: 3px solid var(--rule); outline-offset: 2px; }
.controls { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .5rem 0; }
.controls[hidden] { display: none; }
.controls button, .controls select { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--dim); border-radius: .4rem;
  min-width: 2.75rem; min-height: 2.75rem; padding: .2rem .6rem; cursor: pointer; touch-action: manipulation; }
.controls button:hover { border-color: var(--rule); } .controls [aria-disabled="true"] { opacity: .45; cursor: default; }
.controls .play { min-width: 4.2rem; border-color: var(--rule); }
.controls .count { min-width: 9.5rem; color: var(--dim); font-variant-numeric: tabular-nums; }
.now-said { min-height: 3.2em; margin: .4rem 0; padding: .4rem .8rem; border-left: .25rem solid var(--rule); background: var(--panel); }
.now-said[hidden] { display: none; }
.moments { max-height: 16rem; overflow-y: auto; margin: .4rem 0; padding-left: 3rem; border: 1px solid var(--line); border-radius: .4rem; }
.moments li { padding: .1rem .5rem .1rem 0; } .moments li::marker { color: var(--dim); }
.moments button { all: unset; box-sizing: border-box; display: block; width: 100%; padding: .2rem .3rem; cursor: pointer; border-radius: .3rem;
  overflow-wrap: anywhere; }
.moments button:hover { background: var(--panel); }
.moments [aria-current] { background: var(--panel); box-shadow: inset .25rem 0 var(--rule); padding-left: .6rem; }
@media screen {
  .stepping .ahead { visibility: hidden; }
  .stepping g[data-vertex] .gradient:not(.so-far) { visibility: hidden; }
  .stepping .chainrule .wire[data-edge]:not(.passed):not(.now) { opacity: .45; }
  .stepping .chainrule .now > .box { stroke: var(--rule); stroke-width: 4px; }
  .stepping .chainrule .wire.feeds { stroke: var(--value); stroke-width: 3px; opacity: 1; }
  .stepping .chainrule .wire.now { stroke: var(--gradient); stroke-width: 4px; stroke-dasharray: 9 4; }
}
@media screen and (prefers-reduced-motion: no-preference) {
  .stepping .box, .stepping .wire { transition: stroke .15s, stroke-width .15s, opacity .15s; } }
@media print { .controls, .now-said, .chainrule .so-far { display: none; }
  .moments { max-height: none; overflow: visible; border: 0; } }
"""

SCRIPT = """
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
    count.textContent = `${at ?? last} of ${last} \u00b7 ${phase}`;
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
"""

HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
"""What a policy calls the script: no other text may run."""


def fits(diagram: Diagram) -> bool:
    """Whether the diagram has moments, and no more than a page has room for."""
    return 0 < len(diagram.frames) <= MOST_FRAMES


def figure(diagram: Diagram, picture: str, words: Sequence[str]) -> Iterator[str]:
    """The lines of the figure. picture: the <svg>; words: what each frame says, as HTML."""
    yield '<div class="stepper" role="group" aria-label="the two passes, step by step">'
    yield f'<div class="scroll">{picture}</div>'
    yield from _controls()
    yield (
        '<p class="now-said" aria-live="polite" hidden data-start="Nothing is known yet but the numbers in the formula."'
        ' data-finished="The finished picture. Play the two passes, or step through them with the arrow keys."></p>'
    )
    yield '<ol class="moments" aria-label="all moments">'
    yield from (_moment(frame, said) for frame, said in zip(diagram.frames, words, strict=True))
    yield "</ol>"
    yield "</div>"


def _controls() -> Iterator[str]:
    yield '<div class="controls" role="toolbar" aria-label="stepper" hidden>'
    for name, face, title in CONTROLS:
        yield f'<button type="button" class="{name}" aria-label="{title}" title="{title}">{face}</button>'
    options = "".join(
        f'<option value="{pause}"{" selected" if name == "normal" else ""}>{name}</option>'
        for name, pause in SPEEDS.items()
    )
    yield f'<select aria-label="speed">{options}</select>'
    yield '<span class="count"></span>'
    yield "</div>"


def _moment(frame: Frame, said: str) -> str:
    edge = "" if frame.edge is None else f' data-edge="{frame.edge}"'
    resets = " data-resets" if frame.resets else ""
    gradient = f' data-gradient="{escape(frame.gradient)}"' if frame.gradient else ""
    return f'<li data-phase="{frame.phase}" data-vertex="{frame.vertex}"{edge}{resets}{gradient}>{said}</li>'
