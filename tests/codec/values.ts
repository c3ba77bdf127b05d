/** One expression for each kind of value a message can hold, evaluated anew wherever it is used. */

const BUFFER_32 = "new Uint8Array(32).map((_, i) => i).buffer";

const PRIMITIVES = [
  ...["undefined", "null", "true", "false", "0", "-0", "1", "-1", "63", "64", "-64", "-65", "8191", "8192", "-2097153"],
  ...["2147483647", "-2147483648", "2147483648", "4294967295", "1.5", "NaN", "Infinity", "-Infinity", "5e-324"],
  ...["1.7976931348623157e308", "9007199254740991"],
  ...['""', '"a"', '"hello"', '"\\u0000\\u0001"', '"é"', '"日本"', '"a日本b"', '"\\ud800"', '"x\\udc00y"', '"😀"'],
  ...['"a".repeat(40)', '"a".repeat(41)', '"a".repeat(127)', '"a".repeat(128)', '"a".repeat(20000)', '"é".repeat(300)'],
  ...[
    '"日".repeat(63)',
    '"日".repeat(64)',
    '"日".repeat(8192)',
    '"a".repeat(100) + "日"',
    '"é".repeat(50) + "\\udfff"',
  ],
  ...["0n", "1n", "-1n", "255n", "2n ** 63n", "2n ** 64n - 1n", "-(2n ** 64n)", "2n ** 1000n + 7n", "-(2n ** 200n)"],
];

const OBJECTS = [
  ...[
    "new Date(0)",
    "new Date(1e12)",
    "new Date(NaN)",
    "/a/",
    "/a\\/b[/]/dgimsuy",
    "/\\p{L}/v",
    'new RegExp("")',
    "/日/",
  ],
  ...["Object(5)", "Object(-0)", "Object(true)", "Object(false)", 'Object("str")', 'Object("日")', "Object(5n)"],
  ...["({})", "({ a: 1 })", "({ x: 5, y: 3 })", "({ a: { b: { c: [1, 2, { d: null }] } } })", "Object.create(null)"],
  ...['({ "a b": undefined, "": 1, "日本": 2, "é": 3 })', '({ "-1": 1, "01": 2, "1.5": 3 })', "({ 1: 2, 3: 4, b: 5 })"],
  '({ ["__proto__"]: { x: 1 }, constructor: 1, toString: 2, hasOwnProperty: 3, __defineGetter__: 4 })',
  "({ 4294967294: 1, 4294967295: 2, 999: 3, 100000: 4 })",
  "new Map()",
  'new Map([[1, 2], ["a", { b: 1 }], [{ k: 1 }, new Map([[NaN, -0]])]])',
  'new Set([1, "a", {}, null])',
  "({ get g() { return 7; } })",
  'Object.defineProperty({ a: 1, [Symbol("s")]: 2 }, "hidden", { value: 3, enumerable: false })',
];

const ARRAYS = [
  ...["[]", "[1, 2, 3]", "[1.5, 2.5]", '["a", null, undefined, true]', "[,]", "[1, , 3]", "[1, ,]", "new Array(5)"],
  ...["new Array(100)", "new Array(4294967295)", "[[], [[]], [[1], [2]]]", '/a(?<n>b)/d.exec("xab")'],
  'Object.assign([1, 2], { foo: "bar", 日: 1 })',
  "Object.assign([], { 1000: 1 })",
  "Object.assign([], { 4294967294: 1, 5: 2, x: 3 })",
  "Object.assign([], { __proto__: null, 0: 1, constructor: 2, map: 3 })",
  "Array.from({ length: 300 }, (_, i) => (i % 7 ? i : undefined))",
  "Object.assign(Array.from({ length: 30 }, (_, i) => i), { z: 1 })",
  "Object.assign(new Array(30).fill(0), { 40: 1 })",
];

const BINARY = [
  ...["new ArrayBuffer(0)", "new Uint8Array([1, 2, 3]).buffer", "new ArrayBuffer(4, { maxByteLength: 16 })"],
  "new Uint8Array(new ArrayBuffer(4, { maxByteLength: 16 }))",
  "new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }), 2, 3)",
  "new DataView(new ArrayBuffer(8, { maxByteLength: 16 }))",
  ...["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32", "Float16", "Float32", "Float64"].map(
    (type) => `new ${type}Array(${BUFFER_32}, 8, 2)`,
  ),
  ...[`new BigInt64Array(${BUFFER_32}, 8, 2)`, `new BigUint64Array(${BUFFER_32}, 8)`, "new Uint8Array(0)"],
  "new DataView(new ArrayBuffer(10), 3, 4)",
  "((b) => [new Uint8Array(b), new Float64Array(b, 8), b, new DataView(b, 1)])(new ArrayBuffer(16))",
  "((v) => ({ v, w: v, b: v.buffer }))(new Uint8Array(3))",
];

const SHARED = [
  "((a) => ((a.self = a), a))({})",
  "((s) => [s, s, { s }])({ q: 1 })",
  '((m) => m.set("m", m).set(m, 1))(new Map())',
  "((s) => s.add(s))(new Set())",
  "((a) => (a.push(a), a))([])",
  "((x) => [...x, ...x])(Array.from({ length: 30 }, () => ({})))",
  '((d, s, r) => [d, s, r, d, s, r, 5n])(new Date(5), Object("s"), /x/)',
];

const ERRORS = [
  ...[
    'new Error("boom")',
    'new TypeError("t")',
    'new EvalError("")',
    'new ReferenceError("日")',
    'new SyntaxError("s")',
  ],
  ...[
    'new URIError("u")',
    "new Error()",
    'new RangeError("r", { cause: { z: 1 } })',
    "new Error('', { cause: undefined })",
  ],
  '((e) => [Object.defineProperty(e, "cause", { value: e }), e])(new Error("c"))',
  'new Error("x", { cause: new TypeError("y", { cause: "z" }) })',
];

/** All of them. */
export const EXPRESSIONS: readonly string[] = [...PRIMITIVES, ...OBJECTS, ...ARRAYS, ...BINARY, ...SHARED, ...ERRORS];

/** The value of an expression. */
export function evaluate(expression: string): unknown {
  return new Function(`return (${expression})`)() as unknown;
}
