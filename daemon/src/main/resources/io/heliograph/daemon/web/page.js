// Keeps the page as things are: reads everything, then again at every event, and every few seconds besides.

import { actions } from "./actions.js";
import { ask, listen, token } from "./api.js";
import { centres, drift, grid, headline, shown, timeline } from "./views.js";

const EVERY = 5000;
const AFTER_EVENT = 150;
const BETWEEN = 1000;
const PATIENCE = 1000;
const MOST_PATIENCE = 30000;
// A token that the node does not know is tried once a minute, as the node may learn of it; more often would lock this
// address out.
const REFUSED_EVERY = 60000;
const byId = (id) => document.getElementById(id);
const act = actions(() => refreshSoon());
const drawn = new Map();
let last = null;
let timer = 0;
let running = false;
let again = false;
let stream = null;
let isLive = false;
let began = 0;
let patience = PATIENCE;
let refused = null;

function draw() {
  const { nodes, clusters, pending, failovers } = last;
  const first = nodes.find((node) => node.reachable);
  byId("group").textContent = first ? shown(first.cluster) : "";
  byId("version").textContent = first ? "Version " + shown(first.version) : "";
  const line = headline(nodes);
  if (byId("headline").textContent !== line) {
    byId("headline").textContent = line;
    document.title = "Heliograph: " + line;
  }
  ifChanged("centres", nodes, () => byId("centres").replaceChildren(...centres(nodes, act)));
  ifChanged("grid", [nodes, clusters, pending], drawGrid);
  ifChanged("failovers", failovers, () => byId("failovers").replaceChildren(...timeline(failovers)));
  ifChanged("drift", nodes, () => byId("drift").replaceChildren(...drift(nodes)));
}

// What is the same stays; what is drawn anew gives the focus back.
function ifChanged(part, data, drawPart) {
  const now = JSON.stringify(data);
  if (drawn.get(part) !== now) {
    drawn.set(part, now);
    const focused = document.activeElement?.dataset?.key;
    drawPart();
    if (focused) {
      document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    }
  }
}

function drawGrid() {
  const { nodes, clusters, pending } = last;
  const rows = grid(clusters, nodes, pending, byId("filter").value, act);
  const table = byId("grid");
  table.tHead.replaceChildren(rows.head);
  table.tBodies[0].replaceChildren(...rows.body);
  byId("clusters-count").textContent = clusters.length === rows.total ? String(clusters.length) : rows.total + " of " + clusters.length;
  byId("grid-more").hidden = rows.left === 0;
  byId("grid-more").textContent = rows.left + " more; those with trouble are shown first. Use the filter.";
}

function banner(text) {
  byId("banner").hidden = !text;
  byId("banner").textContent = shown(text);
}

function forget() {
  last = null;
  drawn.clear();
  for (const id of ["group", "clusters-count", "version"]) {
    byId(id).textContent = "";
  }
  for (const id of ["centres", "failovers", "drift"]) {
    byId(id).replaceChildren();
  }
  byId("grid").tHead.replaceChildren();
  byId("grid").tBodies[0].replaceChildren();
}

async function refresh() {
  if (running) {
    again = true;
    return;
  }
  const mine = token.get();
  if (refused !== null && refused === mine && Date.now() - began < REFUSED_EVERY) {
    return;
  }
  running = true;
  began = Date.now();
  try {
    if (!last) {
      // one request finds out whether the token is good, not four at once
      await ask("GET", "v1/node");
    }
    const [nodes, clusters, pending, failovers] = await Promise.all([
      ask("GET", "v1/nodes"),
      ask("GET", "v1/clusters"),
      ask("GET", "v1/pending"),
      ask("GET", "v1/failovers"),
    ]);
    if (mine !== token.get()) {
      again = true;
      return;
    }
    refused = null;
    last = { nodes, clusters, pending, failovers };
    banner("");
    draw();
    if (!stream) {
      follow();
    }
  } catch (e) {
    if (mine === token.get()) {
      refused = e.status === 401 && mine ? mine : null;
      failed(e);
    } else {
      again = true;
    }
  } finally {
    running = false;
    tellLive();
    if (again) {
      again = false;
      refreshSoon();
    }
  }
}

function failed(e) {
  if (e.status === 401 || e.status === 403) {
    forget();
    byId("headline").textContent = "This node asks who you are";
    banner(e.status === 401 && !token.get() ? "This node shows nothing without a token. Press Token… and enter one." : e.message);
  } else {
    if (!last) {
      byId("headline").textContent = "Nothing is known yet";
    }
    banner(e.message + (last ? "; what is shown may be old" : ""));
  }
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(AFTER_EVENT, began + BETWEEN - Date.now()));
}

async function follow() {
  const mine = new AbortController();
  stream = mine;
  try {
    await listen((type) => {
      isLive = true;
      patience = PATIENCE;
      tellLive();
      if (type !== "hello") {
        refreshSoon();
      }
    }, mine.signal);
  } catch (e) {
    // it is tried again below; meanwhile the page asks every few seconds
  }
  mine.abort();
  if (stream !== mine) {
    return;
  }
  isLive = false;
  tellLive();
  setTimeout(() => {
    if (stream === mine) {
      stream = null;
    }
  }, patience * (0.5 + Math.random()));
  patience = Math.min(MOST_PATIENCE, patience * 2);
}

function tellLive() {
  byId("live").textContent = (isLive ? "● live" : "○ asking every " + EVERY / 1000 + " s") + (last ? ", " + new Date().toLocaleTimeString() : "");
}

byId("filter").addEventListener("input", () => last && drawGrid());
byId("submit-all").addEventListener("click", () => act.submitAll(last ? last.clusters.length : 0));
byId("sign").addEventListener("click", () =>
  act.sign(() => {
    if (stream) {
      stream.abort();
      stream = null;
    }
    isLive = false;
    refused = null;
    forget();
    refresh();
  })
);
setInterval(refresh, EVERY);
refresh();
