// Runs a test file of the checkout in a worker, where the checkout's own harness reports to whoever started it.
setup({ explicit_done: true });
const worker = new Worker(WORKER_URL);
worker.onmessage = ({ data }) => {
  if (data?.type === "result") {
    const { name, status, message } = data.test;
    test(() => {
      if (status !== 0) throw new Error(message ?? `status ${status}`);
    }, name);
  } else if (data?.type === "complete") {
    const { status, message } = data.status;
    worker.terminate();
    if (status !== 0) throw new Error(message ?? `status ${status}`);
    done();
  }
};
