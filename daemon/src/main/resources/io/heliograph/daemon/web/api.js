// Asks the node that served this page; every address is relative, so that a path prefix in front does no harm.

const KEPT = "heliograph-token";
const LIMIT = 12000;
const SILENCE = 40000; // a node says every 15 seconds that it is still there

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export const token = {
  get: () => sessionStorage.getItem(KEPT) ?? "",
  set: (value) => (value ? sessionStorage.setItem(KEPT, value) : sessionStorage.removeItem(KEPT)),
};

function headers(more = {}) {
  const all = { ...more };
  if (token.get()) {
    all.Authorization = "Bearer " + token.get();
  }
  return all;
}

export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: headers(body === undefined ? {} : { "Content-Type": "application/json" }),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(LIMIT),
    });
  } catch (e) {
    throw new Problem(0, "this node does not answer");
  }
  const text = await answer.text();
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch (e) {
    parsed = { detail: text.slice(0, 300) };
  }
  if (!answer.ok) {
    throw new Problem(answer.status, parsed.detail || "status " + answer.status);
  }
  return parsed;
}

// Calls onEvent(type, data) for every event until the stream ends; throws a Problem where it cannot begin.
export async function listen(onEvent, signal) {
  const answer = await fetch("v1/events", { headers: headers({ Accept: "text/event-stream" }), cache: "no-store", signal });
  if (!answer.ok) {
    throw new Problem(answer.status, "events: status " + answer.status);
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await within(SILENCE, reader.read());
    if (done) {
      return;
    }
    rest += value;
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      dispatch(rest.slice(0, end), onEvent);
      rest = rest.slice(end + 2);
    }
  }
}

function within(millis, promise) {
  let timer;
  const silence = new Promise((_, no) => {
    timer = setTimeout(() => no(new Problem(0, "events: silence")), millis);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}

function dispatch(block, onEvent) {
  let type = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) {
      type = line.slice(7);
    } else if (line.startsWith("data: ")) {
      data += line.slice(6);
    }
  }
  if (data) {
    onEvent(type, JSON.parse(data));
  }
}
