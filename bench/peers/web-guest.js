// A Web Worker that evaluates what it is told, until a program takes the messages over.
self.onmessage = (event) => self.postMessage((0, eval)(event.data));
