/* Needs: live.js, plot.js, maths.js */
/* Five seeds at two rates: the more of its luck a seed takes from one rate to the other, the narrower the interval
   of the differences. Both piles keep their means and spreads; at first the runs are the measured ones. */
Live.figure("pairs", (view) => {
  const { mean, variance, sum } = Live.maths;
  const { rows: [a, measured], factor } = view.data;
  const n = a.length;
  const std = (values) => Math.sqrt(variance(values));
  const standard = (values) => values.map((value) => (value - mean(values)) / std(values));
  const [za, zb] = [standard(a), standard(measured)];
  const r0 = sum(za.map((z, i) => z * zb[i])) / (n - 1);
  const own = zb.map((z, i) => (z - r0 * za[i]) / Math.sqrt(1 - r0 ** 2));    // what the first does not share
  const second = (r) => own.map((e, i) => mean(measured) + std(measured) * (r * za[i] + Math.sqrt(1 - r ** 2) * e));
  const interval = (values) => [-1, 1].map((side) => mean(values) + (side * factor * std(values)) / Math.sqrt(n));

  const left = Live.plot(view, { x: { min: -0.5, max: 1.5, ticks: [0, 1], format: (x) => [0.04, 0.05][x], label: "rate" },
    y: { min: 0.79, max: 0.85, label: "validation accuracy", format: Live.percent }, margins: { left: 66 } });
  const right = Live.plot(view, { x: { min: -0.5, max: 0.5, ticks: [], label: "second − first" },
    y: { min: -0.015, max: 0.035, label: "difference of a seed", format: Live.percent }, margins: { left: 66 } });
  const shared = view.slider({ label: "luck shared (correlation)", min: 0, max: 1, step: 0.01, value: r0 });

  const dots = (x, values) => ["points", values.map((value) => [x, value])];
  const bar = (x, values, colour) => [["line", interval(values).map((end) => [x, end]), { colour, width: 3 }],
    ["points", [[x, mean(values)]], { colour, size: 6 }]];

  return () => {
    const r = shared.value;
    const b = second(r);
    const d = b.map((value, i) => value - a[i]);
    const [low, high] = interval(d);
    left.draw([...a.map((value, i) => ["line", [[0, value], [1, b[i]]], { width: 1 }]), dots(0, a), dots(1, b),
      ...bar(-0.2, a, "forward"), ...bar(1.2, b, "backward")]);
    right.draw([["level", 0, { colour: "text", dashed: true }], dots(-0.1, d), ...bar(0.1, d, "text")]);
    view.show(`A correlation of ${r.toFixed(2)}${r === r0 ? ", as measured" : ""}: the interval of the mean difference, `
      + `${Live.percent(low, 3)} to ${Live.percent(high, 3)}, ${low > 0 ? "excludes zero." : "contains zero: the rates cannot be told apart."}`
      + (r === r0 ? "" : " The second rate's dots are moved to it; both piles keep their mean and interval."),
    { r, a, b, std: std(d), low, high, piles: [interval(a), interval(b)] });
  };
});
