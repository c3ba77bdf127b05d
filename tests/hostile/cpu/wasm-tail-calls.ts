// A tail call is a jump: a function that only tail-calls makes a loop without a loop in it.
import { attack } from "../harness.ts";

/** A section of a module. Everything here is shorter than 128 bytes, so that a length is one byte. */
const section = (id: number, ...items: number[][]): number[] => {
  const body = [items.length, ...items.flat()];
  return [id, body.length, ...body];
};
const body = (...code: number[]): number[] => [code.length + 2, 0, ...code, 0x0b];

interface Shape {
  readonly tables?: number[];
  readonly elements?: number[];
  readonly code: number[][];
}

/** A script that instantiates a module of two functions () -> () and calls the first. */
const script = ({ tables = [], elements = [], code }: Shape): string => {
  const bytes = [
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, [0x60, 0, 0]),
    ...section(3, [0], [0]),
    ...tables,
    ...section(7, [1, 0x66, 0, 0]),
    ...elements,
    ...section(10, ...code),
  ];
  return `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${bytes.join()}]))).exports.f();`;
};

const RETURN_CALL = 0x12;
const RETURN_CALL_INDIRECT = 0x13;
const RETURN_CALL_REF = 0x15;
const REF_FUNC = 0xd2;
const I32_CONST = 0x41;
const table = section(4, [0x70, 0, 2]);
/** Both functions into the table, from its beginning; also what lets ref.func name them. */
const elements = section(9, [0, I32_CONST, 0, 0x0b, 2, 0, 1]);

const shapes: Shape[] = [
  { code: [body(RETURN_CALL, 0), body()] },
  { code: [body(RETURN_CALL, 1), body(RETURN_CALL, 0)] },
  {
    tables: table,
    elements,
    code: [body(I32_CONST, 1, RETURN_CALL_INDIRECT, 0, 0), body(I32_CONST, 0, RETURN_CALL_INDIRECT, 0, 0)],
  },
  {
    tables: table,
    elements,
    code: [body(REF_FUNC, 1, RETURN_CALL_REF, 0), body(REF_FUNC, 0, RETURN_CALL_REF, 0)],
  },
];

await attack({
  host: async ({ bomb }) => {
    // Long enough to be optimized: it is optimized code that could not be ended.
    for (const shape of shapes) await bomb(script(shape), "cpu_limit_exceeded", { cpuMs: 700 });
  },
});
