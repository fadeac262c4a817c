/* Needs: live.js, plot.js */
/* One digit's pixels: the chosen one's grey value, its row and column, and its place in the row of 784. */
Live.figure("digits", (view) => {
  const SIZE = 9;  // of the frame
  const ink = view.data.map((grey) => grey / 255);
  const x = { min: -0.5, max: 27.5, label: "column" };
  const y = { min: -27.5, max: 0.5, format: Math.abs, label: "row" };
  const whole = Live.plot(view, { label: "The digit, a part of it framed", x, y, equal: true, most: 300 });
  const detail = Live.plot(view, { label: "The framed part, a number in each pixel", x, y, equal: true, most: 300 });
  const strip = Live.plot(view, { label: "The row of 784 numbers, with a mark at the pixel", y: { min: 0, max: 1, hidden: true },
    x: { min: -0.5, max: 783.5, ticks: [0, 196, 392, 588, 783], label: "place in the row of 784 (blue: the pixel's row)" },
    height: 96, least: 480, margins: { left: 14, right: 14, top: 24 } });
  const [row, column] = [["row", 7], ["column", 14]].map(([label, value]) => view.slider({ label, min: 0, max: 27, step: 1, value }));
  const choose = (r, c) => { [row.value, column.value] = [r, c]; };
  whole.drag((c, r) => choose(Math.round(-r), Math.round(c)));
  for (const { svg } of [whole, strip]) svg.addEventListener("pointerup", () => column.input.focus({ preventScroll: true }));
  strip.drag((place) => choose(Math.floor(Math.round(place) / 28), Math.round(place) % 28));

  const box = (left, right, top, bottom) => [[left, top], [right, top], [right, bottom], [left, bottom]];
  const paper = (corners) => ["area", corners, { colour: "#fff", opacity: 1 }];
  const square = (r, c, size) => box(c - 0.5, c + size - 0.5, 0.5 - r, 0.5 - r - size);
  const frame = (corners) => ["line", corners, { colour: "validation", width: 2.5, close: true }];
  const bars = (places, at, look) => ["bars", places.map(at), { colours: places.map((j) => `hsl(0 0% ${100 - 100 * ink[j]}%)`), ...look }];
  const inked = [...ink.keys()].filter((j) => ink[j] > 0);
  const image = [paper(square(0, 0, 28)), ...Live.range(28, (r) =>
    bars(inked.filter((j) => Math.floor(j / 28) === r), (j) => [j % 28, 0.5 - r], { width: 1.03, base: -0.53 - r }))];

  return () => {
    const [r, c] = [row.value, column.value];
    const j = 28 * r + c;
    const [top, left] = [r, c].map((i) => Math.min(28 - SIZE, Math.max(0, i - 4)));
    const pixel = frame(square(r, c, 1));
    whole.draw([...image, frame(square(top, left, SIZE)), pixel]);
    Object.assign(detail.x, { min: left - 0.5, max: left + SIZE - 0.5 });
    Object.assign(detail.y, { min: 0.5 - top - SIZE, max: 0.5 - top });
    const numbers = Live.range(SIZE ** 2, (i) => [top + Math.floor(i / SIZE), left + (i % SIZE)]).map(([r, c]) =>
      ["text", [c, -r], +ink[28 * r + c].toFixed(1), { anchor: "middle", dy: 4.5, colour: ink[28 * r + c] > 0.5 ? "#fff" : "#000" }]);
    detail.draw([["inside", image], ...numbers, pixel]);
    strip.draw([paper(box(-0.5, 783.5, 1, 0)), bars(inked, (place) => [place, 1], { width: 1 }),
      ["line", [[28 * r - 0.5, 0], [28 * r + 27.5, 0]], { colour: "forward", width: 5 }], ["line", [[j, 0], [j, 1.15]], { colour: "validation", width: 3 }],
      ["text", [j, 1], j, { anchor: "middle", dy: -9, bold: true }]]);
    view.show(`Row ${r}, column ${c}: grey value ${view.data[j]} of 255, ${ink[j].toFixed(3)}. `
      + `In the row of 784 it is number 28 · ${r} + ${c} = ${j}; each row of pixels takes 28 places.`, { row: r, column: c, place: j, grey: ink[j] });
  };
});
