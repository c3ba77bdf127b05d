// V8 has one table of WebAssembly types for the process, of a million. Nobody may fill it, by modules or by tags.
import { attack, expect } from "../harness.ts";

/** Compiles a module of function types that no other has. */
const compile = (from: number, count: number): string => `{
  const leb = (n) => { const bytes = []; do bytes.push((n & 127) | (n > 127 ? 128 : 0)); while ((n >>= 7) > 0); return bytes; };
  const bytes = [...leb(${count})];
  for (let i = ${from}; i < ${from + count}; i++) {
    bytes.push(0x60, 12);
    for (let digit = 0; digit < 12; digit++) bytes.push(0x7f - ((i >> (2 * digit)) & 3));
    bytes.push(0);
  }
  void new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, ...leb(bytes.length), ...bytes]));
}`;

const tags = `for (let i = 0; ; i++) {
  const parameters = [];
  for (let digit = 0; digit < 12; digit++) parameters.push(["i32", "i64", "f32", "f64"][(i >> (2 * digit)) & 3]);
  new WebAssembly.Tag({ parameters: [...parameters, "externref"] });
}`;

await attack({
  reason: "memory_limit_exceeded",
  // The table itself stays.
  leftMb: 64,
  host: async ({ sandbox, limits, bomb }) => {
    await bomb(compile(0, 50_000), "memory_limit_exceeded");
    await bomb(tags, "memory_limit_exceeded");
    let added = 0;
    for (let n = 1; n <= 100; n++) {
      const isolate = await sandbox.createIsolate(limits);
      await isolate.evaluate(compile(n * 10_000, 1000)).then(
        () => added++,
        () => {},
      );
      isolate.destroy();
    }
    expect(added === 100, `only ${added} of 100 modules of 1,000 types were compiled`);
    // Asynchronous compiles are held to the same.
    const later = compile(2_000_000, 50_000).replace("new WebAssembly.Module(", "WebAssembly.compile(");
    await bomb(later, "memory_limit_exceeded");
  },
});
