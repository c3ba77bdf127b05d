// JSON both ways over documents of some tens of kilobytes.
(() => {
  const rows = [];
  for (let i = 0; i < 400; i++) {
    rows.push({
      id: i,
      name: `row ${i}`,
      note: 'quoted "text", a \\ and a \u00fc',
      score: i / 7,
      flags: [i % 2 === 0, null, i % 3],
      nested: { left: { depth: 2 }, right: { list: [1, 2, 3, 4, i] } },
    });
  }
  let length = 0;
  let document = { rows };
  for (let i = 0; i < 200; i++) {
    const text = JSON.stringify(document);
    length += text.length;
    document = JSON.parse(text);
    document.rows[i].score = i;
  }
  return length;
})();
