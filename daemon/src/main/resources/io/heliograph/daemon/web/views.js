// Draws what is known. Text goes in as text only: what operators and stores wrote is never taken for markup.

const MAX_ROWS = 200;
const MAX_FAILOVERS = 30;

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") {
      node.addEventListener("click", value);
    } else if (value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined).map((child) => (child instanceof Node ? child : shown(child))));
  return node;
}

// Control characters, and those that turn the direction of text around, become visible.
export function shown(value) {
  return String(value).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

export function revision(value) {
  if (!value) {
    return "–";
  }
  const epoch = Math.floor(value / 2 ** 40);
  return epoch + ":" + (value % 2 ** 40);
}

function seconds(value) {
  if (value < 10) {
    return value.toFixed(1) + " s";
  }
  return value < 120 ? Math.round(value) + " s" : value < 7200 ? Math.round(value / 60) + " min" : Math.round(value / 3600) + " h";
}

// One shape and one word for each state: colour only repeats what they say.
export function storeState(store) {
  switch (store.state) {
    case "down":
      return { mark: "■", word: "down", kind: "down" };
    case "parked":
      return { mark: "◆", word: "refuses", kind: "odd" };
    case "fenced":
      return { mark: "◆", word: "holds newer", kind: "odd" };
    default:
      if (store.pending > 0) {
        return { mark: "▲", word: store.pending + " behind", kind: "late" };
      }
      return store.drifted > 0 ? { mark: "◆", word: store.drifted + " drifted", kind: "odd" } : { mark: "●", word: "up", kind: "up" };
  }
}

function mark(state) {
  return el("span", { class: state.kind, "aria-hidden": "true" }, state.mark);
}

function storeLine(store) {
  const state = storeState(store);
  const late = store.pending > 0 && store.lagSeconds > 0 ? ", " + seconds(store.lagSeconds) : "";
  return el(
    "li",
    { "data-store": store.name, "data-state": store.state },
    mark(state),
    el("span", { class: "name" }, store.name, el("span", { class: "none" }, store.name === store.type ? "" : "  " + store.type)),
    el("span", { class: "how " + state.kind }, state.word + late),
    store.lastError ? el("span", { class: "why" }, store.lastError) : null
  );
}

export function centres(nodes, actions) {
  return nodes.map((node) => {
    if (!node.reachable) {
      return el(
        "article",
        { class: "card away", "data-node": node.id },
        el("div", { class: "card-head" }, el("h3", {}, node.id), el("span", { class: "role down" }, "■ does not answer"))
      );
    }
    const leads = node.role === "leader" && node.hasQuorum;
    const role = leads ? "leads" : node.hasQuorum ? node.role : node.role + ", no quorum";
    return el(
      "article",
      { class: "card" + (leads ? " leads" : ""), "data-node": node.id, "data-role": node.role },
      el(
        "div",
        { class: "card-head" },
        el("h3", {}, node.id),
        el("span", { class: "role" + (node.hasQuorum ? "" : " down") }, role),
        leads ? null : el("button", { type: "button", class: "quiet small", "data-key": "lead " + node.id, onclick: () => actions.lead(node.id) }, "Make leader…")
      ),
      el(
        "p",
        { class: "facts" },
        el("span", {}, "term " + node.term),
        el("span", {}, "applied " + node.lastApplied),
        el("span", {}, "snapshot " + node.snapshotIndex),
        el("span", {}, node.delivering ? "delivering" : "catching up")
      ),
      el("ul", { class: "stores" }, ...node.stores.map(storeLine))
    );
  });
}

// Head to pending write set, for each node and store.
function pendingByHead(pending) {
  const byNode = new Map();
  for (const node of pending.filter((each) => each.reachable)) {
    const stores = new Map();
    for (const [store, heads] of Object.entries(node.stores ?? {})) {
      stores.set(store, new Map(heads.map((head) => [head.head, head])));
    }
    byNode.set(node.id, { stores, truncated: node.truncated ?? [] });
  }
  return byNode;
}

// A node that has not applied a revision of its own epoch yet knows nothing of it.
function isAhead(revision, node) {
  return Math.floor(revision / 2 ** 40) === node.epoch && revision % 2 ** 40 > node.lastApplied;
}

function cell(cluster, node, pending) {
  if (!node.reachable) {
    return { trouble: 1, node: el("td", { class: "cell" }, el("span", { class: "none" }, "? unknown")) };
  }
  if (isAhead(cluster.revision, node)) {
    return { trouble: 2, node: el("td", { class: "cell" }, mark({ mark: "▲", kind: "late" }), " ", el("span", { class: "late" }, "not applied yet")) };
  }
  const head = cluster.entries.length ? cluster.entries[0].key : "";
  const known = pending.get(node.id);
  const lines = [];
  let trouble = 0;
  let current = 0;
  for (const store of node.stores) {
    const late = known?.stores.get(store.name)?.get(head);
    if (late) {
      const state = store.state === "up" ? { mark: "▲", word: "behind", kind: "late" } : storeState(store);
      const holds = late.delivered ? "holds " + revision(late.delivered) : "";
      const since = store.lagSeconds > 0 ? ", " + seconds(store.lagSeconds) : "";
      lines.push(
        el("div", {}, mark(state), " " + store.name + " ", el("span", { class: state.kind }, state.word + since), " ", el("span", { class: "revision" }, holds)),
        store.lastError ? el("div", { class: "why", title: shown(store.lastError) }, store.lastError) : null
      );
      trouble = 2;
    } else if (!known?.stores.has(store.name) || known.truncated.includes(store.name)) {
      // not told, or one of more than are listed: that it is current would be a guess
      lines.push(el("div", {}, el("span", { class: "none" }, "? " + store.name + " unknown")));
      trouble = Math.max(trouble, 1);
    } else {
      current += 1;
    }
  }
  const good = el("div", {}, el("span", { class: "up", "aria-hidden": "true" }, "● "), lines.length ? current + " current" : "current");
  return { trouble, node: el("td", { class: "cell" }, ...lines, current || !lines.length ? good : null) };
}

export function grid(clusters, nodes, pending, filter, actions) {
  const wanted = filter.trim().toLowerCase();
  const byNode = pendingByHead(pending);
  const rows = clusters
    .filter((cluster) => !wanted || cluster.alias.toLowerCase().includes(wanted) || cluster.master.toLowerCase().includes(wanted))
    .map((cluster) => {
      const cells = nodes.map((node) => cell(cluster, node, byNode));
      return { cluster, cells, trouble: Math.max(0, ...cells.map((each) => each.trouble)) };
    })
    .sort((a, b) => b.trouble - a.trouble || (a.cluster.alias < b.cluster.alias ? -1 : 1));
  const head = el(
    "tr",
    {},
    ...["Cluster", "Master", "Revision", ...nodes.map((node) => node.id)].map((name) => el("th", { scope: "col" }, name)),
    el("th", { scope: "col" }, el("span", { class: "none" }, "Actions"))
  );
  const body = rows.slice(0, MAX_ROWS).map((row) =>
    el(
      "tr",
      { "data-cluster": row.cluster.alias },
      el("th", { scope: "row" }, row.cluster.alias),
      el("td", { class: "mono" }, row.cluster.master),
      el("td", { class: "revision" }, revision(row.cluster.revision)),
      ...row.cells.map((each) => each.node),
      el(
        "td",
        { class: "act" },
        el("button", { type: "button", class: "quiet small", "data-key": "failover " + row.cluster.alias, onclick: () => actions.failover(row.cluster) }, "Failover…"),
        " ",
        el("button", { type: "button", class: "quiet small", "data-key": "submit " + row.cluster.alias, onclick: () => actions.submit(row.cluster) }, "Submit…")
      )
    )
  );
  return { head, body, total: rows.length, left: Math.max(0, rows.length - MAX_ROWS) };
}

function deliveredAt(failover) {
  const decided = Date.parse(failover.time);
  return Object.entries(failover.delivered).map(([node, stores]) => {
    const times = Object.values(stores);
    if (times.some((time) => !time)) {
      return el("span", {}, node + ": not everywhere yet");
    }
    const last = Math.max(...times.map((time) => Date.parse(time)));
    return el("span", {}, node + ": " + (last - decided < 0 ? "at once" : "after " + seconds((last - decided) / 1000)));
  });
}

export function timeline(failovers) {
  if (!failovers.length) {
    return [el("li", { class: "empty" }, "No master has changed yet.")];
  }
  return failovers.slice(0, MAX_FAILOVERS).map((failover) =>
    el(
      "li",
      { "data-revision": failover.revision },
      el("div", {}, el("strong", {}, failover.cluster), "  ", el("span", { class: "mono" }, failover.from), " → ", el("span", { class: "mono" }, failover.to)),
      failover.reason ? el("div", {}, failover.reason) : null,
      el("div", { class: "when" }, new Date(failover.time).toLocaleString() + (failover.by ? "  by " + failover.by : "") + "  revision " + revision(failover.revision)),
      el("div", { class: "where" }, ...deliveredAt(failover), ...failover.unreachable.map((node) => el("span", {}, node + ": does not answer")))
    )
  );
}

export function drift(nodes) {
  const lines = [];
  for (const node of nodes.filter((each) => each.reachable)) {
    for (const store of node.stores.filter((each) => each.drifted > 0)) {
      lines.push(el("li", {}, el("span", { class: "odd", "aria-hidden": "true" }, "◆ "), node.id + ", " + store.name + ": " + store.drifted + " write sets are not as they were delivered"));
    }
  }
  return lines.length ? lines : [el("li", { class: "empty" }, "Every store holds what was delivered, as far as was looked.")];
}

export function headline(nodes) {
  const reachable = nodes.filter((node) => node.reachable);
  const leader = reachable.find((node) => node.role === "leader" && node.hasQuorum);
  const away = nodes.length - reachable.length;
  const down = reachable.flatMap((node) => node.stores.filter((store) => store.state === "down").map((store) => node.id + "/" + store.name));
  const parts = [leader ? leader.id + " leads, term " + leader.term : "No leader: nothing can be decided"];
  if (away) {
    parts.push(away + " of " + nodes.length + " nodes do not answer");
  }
  if (down.length) {
    parts.push("down: " + down.slice(0, 5).join(", "));
  }
  return shown(parts.length === 1 && leader ? parts[0] + ", all " + nodes.length + " answer" : parts.join("; "));
}
