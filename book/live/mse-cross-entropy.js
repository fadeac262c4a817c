/* Needs: live.js, plot.js, maths.js */
/* One neuron, which should answer 0: its output by step under either loss, and the steps until ½, counted and by formula. */
Live.figure("mse-cross-entropy", (view) => {
  const { starts, lr } = view.data;
  const names = ["cross-entropy", "mse"];
  const slopes = { "cross-entropy": (a) => a, mse: (a) => a * a * (1 - a) };
  const formulas = {
    "cross-entropy": (z) => (z + 1 - Math.exp(-z)) / (2 * lr),
    mse: (z) => (Math.exp(z) - 1 + 3 * z + 3 * (1 - Math.exp(-z)) + (1 - Math.exp(-2 * z)) / 2) / (2 * lr),
  };
  const last = 40_000;
  const format = (steps) => Math.round(steps).toLocaleString("en");
  const left = Live.plot(view, { x: { min: 1, max: last, log: true, label: "step", format }, y: { min: 0, max: 1.2, ticks: [0, 0.5, 1], label: "output" } });
  const right = Live.plot(view, { x: { min: 0, max: 8.3, ticks: [0, 2, 4, 6, 8], label: "start, z₀" },
    y: { min: 5, max: 60_000, log: true, label: "steps until ½", format }, margins: { left: 66 } });
  const each = (value) => Object.fromEntries(names.map((name) => [name, value(name)]));
  const look = (name) => ({ colour: name, dashed: name === "mse" });
  let paths, taken;

  /* The output before each step, as in the chapter. */
  const outputs = (name) => {
    let [w, b] = [z0.value / 2, z0.value / 2];
    return Live.range(last + 1, () => {
      const a = Live.maths.sigmoid(w + b);
      w -= lr * slopes[name](a);
      b -= lr * slopes[name](a);
      return a;
    });
  };
  const begin = () => { [paths, taken] = [each(outputs), last]; };
  const z0 = view.slider({ label: "start z₀", min: starts[0], max: starts.at(-1), step: 0.1, value: 5, changed: begin });
  /* As many steps at each moment: the wait is felt. */
  const go = () => {
    const wait = paths.mse.findIndex((a) => a <= 0.5);
    taken = (taken === last ? 0 : taken) + Math.ceil(wait / 200);
    if (taken > 1.2 * wait) taken = last;
    return taken < last;
  };
  view.player({ pause: 10, step: go });

  const shown = Live.range(500, (i) => Math.round((last + 1) ** (i / 499)) - 1);   // even on a logarithmic axis

  const draw = () => {
    const counted = each((name) => paths[name].findIndex((a) => a <= 0.5));
    const predicted = each((name) => formulas[name](z0.value));
    const now = each((name) => paths[name][taken]);
    left.draw([["level", 0.5, { dashed: "2 4" }],
      ...names.map((name) => ["line", shown.filter((i) => i <= taken).map((i) => [i + 1, paths[name][i]]), look(name)]),
      ["key", [1.3, 1.1], "cross-entropy", look("cross-entropy")], ["key", [300, 1.1], "squared error", look("mse")]]);
    right.draw(names.flatMap((name) => [["line", starts.map((z) => [z, formulas[name](z)]), look(name)],
      ["points", [[z0.value, counted[name]]], { colour: name, size: 6, hollow: name === "mse" }]]));
    const [ce, mse] = names.map((name) => `${format(counted[name])} steps (formula: ${format(predicted[name])})`);
    const ratio = Number((counted.mse / counted["cross-entropy"]).toPrecision(2));
    view.show(taken < last
      ? `Steps: ${format(taken)}. The output is ${now["cross-entropy"].toFixed(3)} with cross-entropy and ${now.mse.toFixed(3)} with squared error.`
      : `From z₀ = ${z0.value} cross-entropy is at ½ after ${ce}, squared error after ${mse}. Squared error takes ${ratio} times as long.`,
    { z0: z0.value, taken, outputs: now, counted, predicted });
  };
  begin();
  return { draw, reset: begin };
});
