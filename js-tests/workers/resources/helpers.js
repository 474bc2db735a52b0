// A worker with this source, and what to do with workers.

const start = (source, options) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url, options);
  } finally {
    URL.revokeObjectURL(url);
  }
};

const event = (target, kind = "message") =>
  new Promise(resolve => target.addEventListener(kind, resolve, { once: true }));

const message = async target => (await event(target)).data;

/// What the worker sends for what it is sent.
const ask = (worker, value, transfer = []) => {
  const answer = message(worker);
  worker.postMessage(value, transfer);
  return answer;
};

/// A worker that answers every message with the value of `expression`, in which it is `data`.
const answering = (expression, options) =>
  start(`onmessage = async event => { const { data } = event; postMessage(await (${expression})); };`, options);

const turn = (time = 100) => new Promise(resolve => setTimeout(resolve, time));
