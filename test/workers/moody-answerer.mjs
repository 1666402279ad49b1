/**
 * A worker that does what the filter of a question says: `sleep 50` answers after that many milliseconds unless it is
 * cancelled, `deaf` never answers and does not stop, `die` ends without a word, `fat` keeps too much memory. Its answers say
 * who answered what.
 */
const running = new Map();

process.on("message", (message) => {
  switch (message.type) {
    case "start":
      process.send({ type: "ready" });
      break;
    case "run":
      process.send({ type: "begun", id: message.id });
      run(message);
      break;
    case "cancel":
      running.get(message.id)?.();
      break;
    case "stop":
      process.exit(0);
  }
});
process.on("disconnect", () => process.exit(0));

function run({ id, task }) {
  const [word, number] = task.request.filter.split(" ");
  const text = JSON.stringify({ pid: process.pid, asked: task.request.filter });
  const done = (residentBytes) => {
    running.delete(id);
    process.send({ type: "done", id, text, residentBytes });
  };
  if (word === "die") return setTimeout(() => process.kill(process.pid, "SIGKILL"), 20);
  if (word === "fat") return done(1e15);
  if (word === "deaf") return undefined;
  const timer = setTimeout(() => done(1), Number(number));
  running.set(id, () => {
    clearTimeout(timer);
    running.delete(id);
    process.send({
      type: "failed",
      id,
      error: { code: "interrupted", kind: "environment", message: "stopped" },
      residentBytes: 1,
    });
  });
}
