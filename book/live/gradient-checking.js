/* Needs: live.js, plot.js, maths.js */
/* Gradient checking: a slider for the step h. The secant nears the tangent, and leaves it again when the digits of
   f(x + h) and f(x - h) cancel. f: the loss of a small network, by its weight W1[i, j]. */
Live.figure("gradient-checking", (view) => {
  const { sum, mean, logSumExp } = Live.maths;
  const { W1, W2, X, labels, weight: [i, j], slope, best } = view.data;
  const x = W1[i][j];
  const times = (row, W) => W[0].map((_, k) => sum(row.map((value, d) => value * W[d][k])));
  const f = (w) => {
    W1[i][j] = w;
    return mean(X.map((image, n) => {
      const z = times(times(image, W1).map(Math.tanh), W2);
      return logSumExp(z) - z[labels[n]];
    }));
  };
  const here = f(x);
  const kinds = { central: { back: 1, colour: "forward" }, forward: { back: 0, colour: "backward", dashed: true } };
  const measure = ({ back }, h) => {
    const [above, below] = [f(x + h), f(x - back * h)];
    const measured = (above - below) / (h + back * h);
    return { h, above, below, measured, error: Math.abs(measured / slope - 1) };
  };

  const ends = [-1.7, 1.7];
  const near = Live.plot(view, { label: "Loss, secant, tangent", x: { min: ends[0], max: ends[1], ticks: [-1, 0, 1], label: "steps of h from x" },
    y: { min: -0.7, max: 0.7, hidden: true }, most: 300 });
  const errors = Live.plot(view, { label: "The error by step", x: { label: "step h", min: 1e-15, max: 1, log: true },
    y: { label: "relative error", min: 1e-12, max: 10, log: true }, margins: { left: 66 }, most: 400 });
  const digits = Live.element("div", { style: "flex: 1 1 100%; text-align: center; white-space: pre; font-family: monospace" });
  view.drawing.append(digits);
  const power = (k) => 10 ** (k / 6);
  const step = view.slider({ label: "step h", min: -90, max: 0, step: 1, value: -2, format: (k) => +power(k).toPrecision(2) });
  const choice = view.select({ label: "difference", options: Object.keys(kinds), value: "central" });
  const point = ({ h, error }) => [h, errors.clipped(error, "y")];
  const curves = Object.values(kinds).map((kind) => [kind, Live.range(91, (k) => point(measure(kind, power(-k))))]);

  return () => {
    const kind = kinds[choice.value];
    const shown = measure(kind, power(step.value));
    const { h, above, below, measured, error } = shown;
    const rise = (value) => (value - here) / h;
    const lines = [["loss f", Live.range(171, (k) => k / 50 - 1.7).map((u) => [u, rise(f(x + u * h))]), { width: 5 }],
      ["secant", ends.map((u) => [u, rise(above) + measured * (u - 1)]), { colour: kind.colour }],
      ["tangent", ends.map((u) => [u, slope * u]), { colour: "text", dashed: true }]];
    near.draw([...lines.map(([name, , look], k) => ["key", [0.3, 0.62 - k / 8], name, look]),
      ["inside", [...lines.map(([, points, look]) => ["line", points, look]), ["points", [[1, rise(above)], [-kind.back, rise(below)]], kind]]]]);
    errors.draw([...curves.map(([each, curve]) => ["line", curve, { ...each, width: each === kind ? 3 : 1 }]), ["points", [point(shown)], { colour: "text" }]]);

    const [one, two] = [above, below].map((value) => value.toPrecision(17));
    let agree = 0;
    while (agree < one.length && one[agree] === two[agree]) agree++;
    const apart = (value) => `${value.slice(0, agree)}<u>${value.slice(agree)}</u>`;
    digits.innerHTML = `f(x + h)  ${apart(one)}\n${kind.back ? "f(x − h)" : "f(x)    "}  ${apart(two)}`;
    const cancelled = Math.max(0, agree - 1);  // the point is no digit
    const ratio = h / best[choice.value];
    const verdict = ratio > 3 ? "the step is too long: make it shorter."
      : ratio < 1 / 3 ? "the rest is rounding: make it longer." : "both errors are about equal: near the best step.";
    view.show(`The secant's slope is ${measured.toPrecision(7)}, the tangent's ${slope.toPrecision(7)}: a relative error of ${+error.toPrecision(1)}. `
      + `${cancelled} of 17 digits cancel; ${verdict}`, { ...shown, cancelled });
  };
});
