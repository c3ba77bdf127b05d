// A worker thread that evaluates what it is told, until a program takes the messages over.
const { parentPort } = require("node:worker_threads");
globalThis.parentPort = parentPort;
const evaluate = (source) => parentPort.postMessage((0, eval)(source));
globalThis.listen = (listener) => {
  parentPort.off("message", evaluate);
  parentPort.on("message", listener);
};
parentPort.on("message", evaluate);
