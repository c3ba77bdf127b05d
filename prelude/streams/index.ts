/** Streams, all of them. https://streams.spec.whatwg.org/ */
import "./readable-stream.ts";
import "./transform-stream.ts";
import "./writable-stream.ts";
