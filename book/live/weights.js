/* Needs: live.js, pixels.js */
/* Weights as images: a slider for the limit of the colours, below which the few huge weights no longer hide the others. */
Live.figure("weights", (view) => {
  const { decode, canvas, signed } = Live.pixels;
  const { inked, images } = view.data;
  const methods = Object.fromEntries(Object.entries(view.data.W).map(([name, text]) => [name, decode(text)]));  // (784, 10)
  const names = Object.keys(methods);
  const largest = (W) => W.reduce((most, w) => Math.max(most, Math.abs(w)), 0);

  const grid = Live.element("div", { style: "display: grid; grid-template-columns: repeat(5, minmax(0, 84px)); gap: 6px; font-size: 14px; text-align: center" });
  view.drawing.append(grid);
  const pictures = Live.range(10, (k) => {
    const cell = Live.element("div", {}, String(k));
    grid.append(cell);
    const picture = canvas(view, { label: `weights of class ${k}`, parent: cell });
    picture.style = "display: block; width: 100%";
    return picture;
  });
  const method = view.select({ label: "weights of", options: names, value: names[0], changed: (name) => { limit.value = largest(methods[name]); } });
  const limit = view.slider({ label: "full colour from", min: 0.02, max: 2 * Math.max(...names.map((name) => largest(methods[name]))), log: true,
    value: largest(methods[names[0]]) });

  return () => {
    const W = methods[method.value];
    const seen = W.filter((w) => Math.abs(w) >= limit.value / 10).length;
    const most = largest(W);
    const at = W.findIndex((w) => Math.abs(w) === most);
    const [j, k] = [Math.floor(at / 10), at % 10];
    pictures.forEach((picture, c) => {
      signed(picture, Live.range(784, (j) => W[10 * j + c]), limit.value);
      picture.style.outline = c === k ? "3px solid var(--live-backward)" : "1px solid var(--live-faint)";
    });
    const [row, column] = [Math.floor(j / 28), j % 28];
    view.show(`${seen} of the 7840 weights have a colour that one sees, a tenth of the limit or more. The largest, ${W[at].toFixed(3)}, is that of class ${k} (framed)`
      + ` in row ${row}, column ${column}, a pixel with ink in ${inked[j]} of ${images} training images.`,
      { limit: limit.value, seen, k, row, column, weight: W[at], n: inked[j] });
  };
});
