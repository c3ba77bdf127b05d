// Clients whose messages are none, or say what cannot be: each is answered with an error, or closed, and the next is served.
import { connect } from "node:net";
import { attack, expect, within } from "../harness.ts";
import { ask, closed, open, openRaw } from "../inspect-client.ts";

const lies: readonly string[] = [
  "",
  "x",
  "null",
  "[]",
  "7",
  "{}",
  '{"id":1}',
  '{"id":"1","method":"Runtime.enable"}',
  '{"id":-1,"method":"Runtime.enable"}',
  '{"id":1e300,"method":"Runtime.enable"}',
  '{"id":1.5,"method":"Runtime.enable"}',
  '{"id":2147483648,"method":"Runtime.enable"}',
  '{"id":2,"method":7}',
  '{"id":2,"method":""}',
  '{"id":2,"method":"Runtime"}',
  '{"id":2,"method":"Runtime.enable\\u0000"}',
  '{"id":2,"method":"Nothing.there"}',
  '{"id":2,"method":"Runtime.evaluate","params":[]}',
  '{"id":2,"method":"Runtime.evaluate","params":7}',
  '{"id":2,"method":"Runtime.evaluate","params":{"expression":7}}',
  '{"id":2,"method":"Runtime.evaluate","params":{"expression":"1","contextId":99}}',
  '{"id":2,"method":"Runtime.evaluate","params":{"expression":"1","uniqueContextId":"0.0"}}',
  '{"id":2,"method":"Runtime.evaluate","method":"Profiler.start","params":{"expression":"1"}}',
  '{"id":2,"method":"Profiler.start","method":"Runtime.evaluate"}',
  '{"id":2,"method":"Runtime.getProperties","params":{"objectId":"1.1.999999"}}',
  '{"id":2,"method":"Runtime.getProperties","params":{"objectId":"{\\"injectedScriptId\\":1,\\"id\\":1}"}}',
  '{"id":2,"method":"Runtime.callFunctionOn","params":{"objectId":"-1.-1.-1","functionDeclaration":"}){"}}',
  '{"id":2,"method":"Runtime.setMaxCallStackSizeToCapture","params":{"size":-1}}',
  '{"id":2,"method":"Runtime.setMaxCallStackSizeToCapture","params":{"size":2147483647}}',
  '{"id":2,"method":"Debugger.resume"}',
  '{"id":2,"method":"Debugger.stepInto","params":{"skipList":[{"scriptId":"x","start":{"lineNumber":-1,"columnNumber":-1},"end":{"lineNumber":-2,"columnNumber":0}}]}}',
  '{"id":2,"method":"Debugger.evaluateOnCallFrame","params":{"callFrameId":"1.1.1","expression":"1"}}',
  '{"id":2,"method":"Debugger.setBreakpointByUrl","params":{"lineNumber":-1,"url":""}}',
  '{"id":2,"method":"Debugger.setBreakpointByUrl","params":{"lineNumber":0,"urlRegex":"(((("}}',
  '{"id":2,"method":"Debugger.setBreakpointByUrl","params":{"lineNumber":2147483647,"columnNumber":2147483647,"urlRegex":".*","condition":"}"}}',
  '{"id":2,"method":"Debugger.setBreakpoint","params":{"location":{"scriptId":"-1","lineNumber":0}}}',
  '{"id":2,"method":"Debugger.getScriptSource","params":{"scriptId":"0"}}',
  '{"id":2,"method":"Debugger.setAsyncCallStackDepth","params":{"maxDepth":2147483647}}',
  '{"id":2,"method":"Debugger.setAsyncCallStackDepth","params":{"maxDepth":-5}}',
  '{"id":2,"method":"Debugger.setBlackboxPatterns","params":{"patterns":["("]}}',
  '{"id":2,"method":"Debugger.setBlackboxedRanges","params":{"scriptId":"1","positions":[{"lineNumber":5,"columnNumber":-5},{"lineNumber":-5,"columnNumber":5}]}}',
  '{"id":2,"method":"Debugger.getPossibleBreakpoints","params":{"start":{"scriptId":"1","lineNumber":-1},"end":{"scriptId":"2","lineNumber":0}}}',
  '{"id":2,"method":"Debugger.restartFrame","params":{"callFrameId":"x"}}',
  '{"id":2,"method":"Profiler.setSamplingInterval","params":{"interval":-1}}',
  '{"id":2,"method":"Profiler.setSamplingInterval","params":{"interval":"1"}}',
  '{"id":2,"method":"Profiler.stop"}',
  '{"id":2,"method":"Profiler.takePreciseCoverage"}',
  '{"id":2,"method":"HeapProfiler.startSampling","params":{"samplingInterval":-1}}',
  '{"id":2,"method":"HeapProfiler.startSampling","params":{"samplingInterval":0}}',
  '{"id":2,"method":"HeapProfiler.stopSampling"}',
  '{"id":2,"method":"HeapProfiler.getObjectByHeapObjectId","params":{"objectId":"x"}}',
  '{"id":2,"method":"HeapProfiler.addInspectedHeapObject","params":{"heapObjectId":"-1"}}',
  '{"id":2,"method":"HeapProfiler.stopTrackingHeapObjects"}',
  `${"[".repeat(100_000)}`,
  `{"id":2,"method":"Runtime.evaluate","params":${'{"a":'.repeat(1000)}1${"}".repeat(1000)}}`,
];

await attack({
  async host({ sandbox, limits }) {
    await using server = await sandbox.inspect({ port: 0 });
    const isolate = await sandbox.createIsolate(limits);
    await isolate.evaluate("globalThis.f = () => 1; 0", { filename: "f.js" });
    const liar = await open(server, isolate);
    for (const domain of ["Runtime", "Debugger", "Profiler", "HeapProfiler"]) await ask(liar, 1, `${domain}.enable`);
    for (const [index, lie] of lies.entries()) {
      const answered = new Promise((resolve) => liar.addEventListener("message", resolve, { once: true }));
      liar.send(lie);
      await within(answered, 20_000, `an answer to ${lie.slice(0, 100)}`);
      const { result } = await within(
        ask(liar, 1000 + index, "Runtime.evaluate", { expression: "f()" }),
        20_000,
        `an answer after ${lie.slice(0, 100)}`,
      );
      const { value } = (result as { result: { value: unknown } }).result;
      expect(value === 1, `after ${lie.slice(0, 100)} the guest says ${String(value)}`);
    }
    liar.close();

    const binary = await open(server, isolate);
    const refused = closed(binary);
    binary.send(new Uint8Array(10));
    expect((await within(refused, 20_000, "the end of bytes")) === 1003, "bytes are taken for commands");

    // Frames that are none: reserved bits, no mask, a length beyond everything.
    for (const bytes of [
      [0xf1, 0x80, 0, 0, 0, 0],
      [0x81, 0x01, 0x41],
      [0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0],
      [0x88, 0x80, 0, 0, 0, 0],
    ]) {
      const raw = await openRaw(server, isolate);
      const end = new Promise((resolve) => raw.on("close", resolve));
      raw.on("error", () => {});
      raw.resume();
      raw.write(Buffer.from(bytes));
      await within(end, 20_000, `the end of ${bytes.join()}`);
    }
    // Requests that are none, or stop in the middle.
    for (const text of [
      "\0\0\0\0\r\n\r\n",
      "GET /",
      `GET /${"x".repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    ]) {
      const raw = connect(server.port, "127.0.0.1");
      raw.on("error", () => {});
      raw.resume();
      raw.write(text);
      await Bun.sleep(10);
      raw.destroy();
    }
    const last = await open(server, isolate);
    await within(ask(last, 1, "Runtime.enable"), 20_000, "the next front end's answer");
    last.close();
    isolate.destroy();
  },
  peakMb: 160,
});
