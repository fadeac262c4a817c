/* Needs: live.js, plot.js, cells.js */
/* The ledger of the example worked by hand, an array a step, below the still figure; and what goes into each entry. */
Live.figure("backpropagation", (view) => {
  const { arrays, ledger } = view.data;
  const { written, factor } = Live.cells;
  const steps = ledger.map(([name]) => name);
  const colour = (name) => (name[0] === "d" ? "backward" : "forward");
  const names = /d?[A-Z]\d?(\.T)?|b\d/g;

  /* The still figure again, 860 wide and 330 high, and a frame on the block of the step. */
  const still = document.querySelector(`#${view.place.dataset.figure} > :is(a, img)`).cloneNode(true);
  const frame = Live.element("div");
  (still.querySelector("img") ?? still).style.width = "100%";
  view.drawing.append(Live.element("div", { style: "position: relative; flex: 1 1 100%; max-width: 640px" }, still, frame));
  const blocks = [[110, 130], [310, 110], [490, 130], [690, 110]];  // left edges, widths
  const blockOf = [0, 1, 2, 3, 3, 2, 2, 2, 1, 0, 0];
  const light = (n, colour) => {
    const [left, width] = blocks[blockOf[n]].map((x) => `${x / 8.6}%`);
    frame.style = `position: absolute; left: ${left}; width: ${width}; top: ${110 / 3.3}%; height: ${90 / 3.3}%; border-radius: 8px; outline: 5px solid ${colour}`;
  };
  const cells = Live.cells(view, { label: "The array of this step and what it is made of", height: 380 });

  const step = view.slider({ label: "step", min: 1, max: steps.length, step: 1, value: 1, format: (n) => `${n}: ${steps[n - 1]}` });
  view.button("Back", () => { step.value -= 1; });
  view.button("Next", () => { step.value += 1; });
  let entry = "0, 2";
  const select = view.select({ label: "entry", options: [entry], value: entry, changed: (chosen) => { entry = chosen; } });

  const draw = () => {
    const [name, made, shape] = ledger[step.value - 1];
    const values = arrays[name];
    const [i, k] = entry.split(", ").map((index, axis) => Math.min(index, (axis ? values[0] : values).length - 1));
    const parts = made.match(names)?.filter((part) => arrays[part]) ?? [name.replace("b", "Z")];  // db: the sum of dZ's rows
    const [left, right, bias] = parts.map((part) => arrays[part]);
    const [row, column, cell] = [(r) => r === i, (_, c) => c === k, (r, c) => r === i && c === k];
    const product = made.includes("@");
    const over = product ? { X: "pixels", A1: "hidden neurons", dZ2: "outputs" }[parts[0]] ?? "images" : made === "sum of rows" && "images";
    const terms = product ? [...left[i].map((x, j) => [x, right[j][k]]), ...(bias ? [[bias[0][k]]] : [])]
      : over ? left.map((one) => [one[k]]) : [];
    const lit = product ? [row, column, column] : over ? [column] : name === "L" ? [] : [cell, cell];

    light(step.value - 1, Live.plot.colour(colour(name)));
    cells.draw([...parts, name].map((part, n) => ({ name: part, values: arrays[part], colour: colour(part),
      lit: part === name ? cell : lit[n], at: !product ? [n + 1, 1] : n ? [n, 2] : [parts.length, 1],  // a left factor stands beside the product
      chosen: (i, k) => { if (part === name) entry = `${i}, ${k}`; } })));
    const index = (r, c) => (values.length > 1 ? `${r}, ${c}` : c);
    select.replaceChildren(...values.flatMap((one, r) => one.map((_, c) => new Option(index(r, c), `${r}, ${c}`))));
    select.value = `${i}, ${k}`;
    const told = over ? `, a sum over the ${over}: ${terms.map((factors) => factors.map(factor).join(" · ")).join(" + ")}`
      : `: ${made.replace(names, (part) => (arrays[part] ? written(arrays[part][i][k]) : part))}`;
    view.show(`${name} = ${made}, ${shape}${name === "L" ? "," : `. Entry [${index(i, k)}]${told}`} gives ${written(values[i][k])}.`,
      { name, entry: [i, k], terms, value: values[i][k] });
  };
  return { draw, reset: () => { entry = "0, 2"; } };
});
