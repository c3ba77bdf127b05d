// Regular expressions over generated text: tokens, replacements with a function, named groups, alternatives.
(() => {
  const words = [
    "alpha",
    "beta42",
    "3.14",
    '"a string"',
    "// comment\n",
    "==",
    "{",
    "}",
    "foo_bar",
    "0xff",
    "x@example.org",
  ];
  let text = "";
  for (let i = 0, seed = 1; i < 6000; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    text += words[seed % words.length] + (seed % 5 === 0 ? "\n" : " ");
  }
  const token =
    /(?<comment>\/\/[^\n]*)|(?<string>"[^"]*")|(?<number>0x[\da-f]+|\d+(?:\.\d+)?)|(?<name>[a-z_]\w*)|(?<sign>[=!<>]=|[{}])/gi;
  let sum = 0;
  for (let i = 0; i < 30; i++) {
    for (const match of text.matchAll(token)) {
      const { name, number } = match.groups;
      sum += name ? name.length : number ? 2 : 1;
    }
    sum += text.replace(/\b([a-z]+)(\d+)\b/g, (_, head, tail) => `${tail}${head}!`).length;
    sum += text.split(/[\s{}]+/).length;
    for (const line of text.split("\n")) if (/^(?:.*\s)?[\w.]+@[\w.]+\.[a-z]{2,}(?:\s|$)/.test(line)) sum++;
  }
  return sum;
})();
