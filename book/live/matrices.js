/* Needs: live.js, plot.js, cells.js */
/* One product in four orders: each step adds some of the N · D · K products X[i, j] W[j, k] to Z. */
Live.figure("matrices", (view) => {
  const { X, W } = view.data;
  const { factor } = Live.cells;
  const sizes = { i: X.length, j: W.length, k: W[0].length };
  const all = sizes.i * sizes.j * sizes.k;
  const list = (values) => `(${values.join(", ")})`;
  const column = (A, k) => A.map((row) => row[k]);
  const times = (a, values) => list(values.map((b) => a * b));

  /* The loops of each order, outermost first (what they leave free is added at one go), and what a step says. */
  const orders = {
    entry: { loops: "ikj", say: ({ i, j, k }) =>
      `Z[${i}, ${k}] gets X[${i}, ${j}] times W[${j}, ${k}]: ${X[i][j]} · ${factor(W[j][k])} = ${X[i][j] * W[j][k]}.` },
    rows: { loops: "ij", say: ({ i, j }) => `Row ${i} of Z gets ${X[i][j]} times row ${j} of W, ${times(X[i][j], W[j])}.` },
    columns: { loops: "kj", say: ({ j, k }) => `Column ${k} of Z gets ${W[j][k]} times column ${j} of X, ${times(W[j][k], column(X, j))}.` },
    "outer products": { loops: "j", say: ({ j }) => `All of Z gets a matrix: column ${j} of X, ${list(column(X, j))}, times row ${j} of W, ${list(W[j])}.` },
  };
  const loop = ([name, ...inner], at = {}) => (name ? Live.range(sizes[name], (n) => loop(inner, { ...at, [name]: n })).flat() : [at]);

  const cells = Live.cells(view, { label: "X on the left, W above, and Z where their rows and columns meet; on the right what the step adds" });
  const order = view.select({ label: "order", options: Object.entries(orders).map(([name, { loops }]) => [name, `by ${name}: ${[...loops].join(", ")}`]), value: "entry",
    changed: () => { done.value = each(); } });
  const done = view.slider({ label: "multiplications", min: 0, max: all, step: 1, value: 5 });
  const each = () => all / loop(orders[order.value].loops).length;
  const next = () => { done.value = done.value < all ? done.value + each() : each(); return done.value < all; };
  view.player({ step: next, pause: 700 });
  view.button("Step", next);

  return () => {
    const { loops, say } = orders[order.value];
    done.input.step = each();
    done.value = Math.ceil(done.value / each()) * each();
    const steps = loop(loops).slice(0, done.value / each());
    const now = steps.at(-1);
    const free = [..."ijk"].filter((name) => !loops.includes(name));
    const [Z, added, count] = Live.range(3, () => X.map(() => W[0].map(() => 0)));
    for (const at of steps) for (const { i, j, k } of loop(free, at)) {
      Z[i][k] += X[i][j] * W[j][k];
      count[i][k] += 1;
      if (at === now) added[i][k] += X[i][j] * W[j][k];
    }
    const lit = (row, column) => (r, c) => now && (now[row] ?? r) === r && (now[column] ?? c) === c;
    cells.draw([
      { name: "W", values: W, at: [1, 2], colour: "backward", lit: lit("j", "k") },
      { name: "X", values: X, at: [2, 1], colour: "forward", lit: lit("i", "j") },
      { name: "Z so far", values: Z, at: [2, 2], colour: "tanh", lit: lit("i", "k"), bold: (i, k) => count[i][k] === sizes.j },
      { name: "added now", values: added, at: [2, 3], colour: "tanh", lit: lit("i", "k") }]);
    const finished = count.flat().filter((n) => n === sizes.j).length;
    const told = done.value < all ? `Finished entries (bold): ${finished} of ${Z.flat().length}, after ${done.value} of ${all} multiplications.`
      : `Z is finished, after ${all} multiplications: in every order the same ones.`;
    view.show(`${now ? say(now) : "Nothing is added yet."} ${told}`, { Z, added, done: done.value, finished });
  };
});
