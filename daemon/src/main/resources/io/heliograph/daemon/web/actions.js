// What changes something. Each asks first, and says exactly what will happen.

import { ask, token } from "./api.js";
import { el, shown } from "./views.js";

const dialog = document.getElementById("dialog");
const form = document.getElementById("dialog-form");
const error = document.getElementById("dialog-error");
const yes = document.getElementById("dialog-yes");
let carryOut = async () => {};
let tell = () => {};

document.getElementById("dialog-no").addEventListener("click", () => dialog.close());
form.addEventListener("input", () => tell());
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  yes.disabled = true;
  error.hidden = true;
  try {
    await carryOut(Object.fromEntries(new FormData(form)));
    dialog.close();
  } catch (e) {
    error.textContent = shown(e.message) + (e.status === 401 ? " Enter a token first." : "");
    error.hidden = false;
  } finally {
    yes.disabled = false;
  }
});

function confirmFirst({ title, text, fields = [], go, run }) {
  document.getElementById("dialog-title").textContent = shown(title);
  document.getElementById("dialog-fields").replaceChildren(
    ...fields.map((field) =>
      el("label", {}, field.label, el("input", { name: field.name, type: field.type ?? "text", required: field.required, value: field.value, autocomplete: "off", spellcheck: "false", placeholder: field.placeholder }))
    )
  );
  error.hidden = true;
  // what is said follows what is typed
  tell = () => {
    const values = Object.fromEntries(new FormData(form));
    document.getElementById("dialog-text").textContent = shown(typeof text === "function" ? text(values) : text);
  };
  tell();
  yes.textContent = go;
  carryOut = run;
  dialog.showModal();
}

export function actions(refresh) {
  const part = (alias) => "v1/clusters/" + encodeURIComponent(alias);
  return {
    failover: (cluster) =>
      confirmFirst({
        title: "Failover of " + cluster.alias,
        text: (values) =>
          "In every store of every data centre, the master of " + cluster.alias + " changes from " + cluster.master + " to " + (values.master?.trim() || "the one entered below") + "; if it has changed meanwhile, nothing happens.",
        fields: [
          { name: "master", label: "New master", placeholder: "host:port", required: true },
          { name: "reason", label: "Reason, for the history" },
        ],
        go: "Fail over",
        run: async (values) => {
          await ask("POST", part(cluster.alias) + "/failover", { master: values.master.trim(), expected: cluster.master, reason: values.reason });
          refresh();
        },
      }),
    submit: (cluster) =>
      confirmFirst({
        title: "Submit " + cluster.alias,
        text: "Its entries are written again, to every store of every data centre, as a new revision. The master stays " + cluster.master + ".",
        go: "Submit",
        run: async () => {
          await ask("POST", part(cluster.alias) + "/submit");
          refresh();
        },
      }),
    submitAll: (count) =>
      confirmFirst({
        title: "Submit all clusters",
        text: "The entries of all " + count + " clusters are written again, to every store of every data centre, as new revisions. No master changes.",
        go: "Submit all",
        run: async () => {
          await ask("POST", "v1/submit");
          refresh();
        },
      }),
    lead: (id) =>
      confirmFirst({
        title: "Make " + id + " the leader",
        text: "Leadership is handed to " + id + ". Writes wait for a moment; stores do not notice.",
        go: "Hand over",
        run: async () => {
          await ask("POST", "v1/leader", { to: id });
          refresh();
        },
      }),
    sign: (changed) =>
      confirmFirst({
        title: "Token",
        text: token.get()
          ? "A token is kept until this tab is closed. An empty field takes it away."
          : "As heliograph token create printed it. It is kept until this tab is closed, and sent to this node only.",
        fields: [{ name: "token", label: "Token", type: "password" }],
        go: "Use it",
        run: async (values) => {
          token.set(values.token.trim());
          changed();
        },
      }),
  };
}
