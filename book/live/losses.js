/* Needs: live.js, plot.js, maths.js */
/* P − Y: the probabilities of one image beside its truth, and the gradient that a step goes against;
   squared error's comes from the same P − Y through softmax's Jacobian. */
Live.figure("losses", (view) => {
  const { softmax, sum } = Live.maths;
  const { P: byHand, Y } = view.data;
  const truth = Y.indexOf(1);
  const starts = { "worked by hand": byHand.map(Math.log), "a confident mistake": [4, 0, -4] };
  const x = { min: -0.5, max: 2.5, ticks: [0, 1, 2], label: "class" };
  const left = Live.plot(view, { x, y: { min: 0, max: 1.15, ticks: [0, 0.5, 1], label: "P, and Y (outline)" } });
  const right = Live.plot(view, { x, y: { min: -1.1, max: 1.3, ticks: [-1, 0, 1], label: "dZ of this one image" } });
  const first = "worked by hand";
  let [from, steps] = [starts[first], 0];

  const scores = () => sliders.map(({ value }) => value);
  const move = (z) => sliders.forEach((slider, k) => { slider.value = z[k]; });
  const begin = (z) => {
    [from, steps] = [z, 0];
    move(z);
  };
  view.select({ label: "start", options: Object.keys(starts), value: first, changed: (name) => begin(starts[name]) });
  const loss = view.select({ label: "loss", options: ["cross-entropy", ["mse", "squared error"]], value: "cross-entropy", changed: () => begin(from) });
  const lr = view.slider({ label: "rate", min: 0.1, max: 10, log: true, value: 1 });
  const sliders = Y.map((y, k) => view.slider({ label: `score ${k}${y ? " (true)" : ""}`, min: -9, max: 9, step: 0.01, value: from[k],
    changed: () => begin(scores()) }));

  const gradient = (P) => {
    const G = P.map((p, k) => p - Y[k]);
    if (loss.value === "cross-entropy") return G;
    const along = sum(P.map((p, k) => p * G[k]));
    return P.map((p, k) => p * (G[k] - along));
  };
  const descend = () => {
    const dZ = gradient(softmax(scores()));
    move(scores().map((z, k) => z - lr.value * dZ[k]));
    steps += 1;
  };
  view.button("One step", descend);
  view.player({ label: "100 steps", pause: 40, step: () => { descend(); return steps % 100 > 0; } });

  const bars = (values, colour) => [["bars", [...values.entries()], { colour }],
    ...values.map((value, k) => ["text", [k, 1], value.toFixed(3), { anchor: "middle", dy: -6 }])];

  const draw = () => {
    const P = softmax(scores());
    const dZ = gradient(P);
    const lacks = 1 - P[truth];
    const push = -lr.value * dZ[truth];
    left.draw([...bars(P, "forward"), ["bars", [[truth, 1]], { colour: "text", outline: true }]]);
    right.draw(bars(dZ, "backward"));
    view.show(`Step ${steps}, loss ${(loss.value === "mse" ? sum(P.map((p, k) => (p - Y[k]) ** 2)) / 2 : -Math.log(P[truth])).toFixed(4)}: the true class has ${P[truth].toFixed(4)} and lacks ${lacks.toFixed(4)}. The next step raises its score by ${push.toFixed(4)}`
      + (loss.value === "cross-entropy" ? ", by what it lacks, times the rate."
        : `; cross-entropy's would raise it ${Number((lr.value * lacks / push).toPrecision(2))} times as much.`),
    { z: scores(), P, dZ, lr: lr.value, steps });
  };
  return { draw, reset: () => begin(starts[first]) };
});
