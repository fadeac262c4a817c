/* Needs: live.js, plot.js, ink.js */
/* Gradient descent in the valley: from any start, at any rate, step by step; standardised it is a round bowl. */
Live.figure("gradient-descent", (view) => {
  const STEPS = 100;
  const { surface, descend, map } = Live.ink;
  const [raw, standardised] = [surface(view.data.x), surface(view.data.x_std)];
  const valley = map(view, "Contours of the loss over w and b, and the path");
  const curve = Live.plot(view, { x: { min: 0, max: STEPS, label: "step" },
    y: { min: 0.01, max: 1000, log: true, label: "loss" }, most: 340, height: 360 });

  const rate = view.slider({ label: "learning rate η", min: 0.02, max: 1, step: 0.005, value: 0.9 });
  const [w, b] = ["x", "y"].map((axis, i) => view.slider({ ...valley[axis], label: `start: ${valley[axis].label}`, step: 0.05,
    value: view.data.start[i], format: (x) => x.toFixed(2) }));
  const shown = view.slider({ label: "steps", min: 0, max: STEPS, step: 1, value: STEPS });
  const standardise = view.checkbox({ label: "standardise the ink" });
  view.player({ pause: 40, step: () => { shown.value = (shown.value % STEPS) + 1; return shown.value < STEPS; } });
  valley.drag((x, y) => { [w.value, b.value] = [x, y]; });
  let tried = {};  // in the valley: the highest rate at which the loss falls, and the lowest at which it climbs
  const written = (x) => x.toLocaleString("en", { maximumSignificantDigits: 4 });

  const draw = () => {
    const { loss, gradient, minimum, ground } = standardise.checked ? standardised : raw;
    const [lr, n] = [+rate.value.toPrecision(3), shown.value];  // as it is read
    const path = descend(gradient, [w.value, b.value], lr, STEPS);
    const losses = path.map(loss);
    const lowest = loss(minimum);
    const climbs = losses[STEPS] > losses[STEPS - 1] + 1e-12;
    const [[dw, db], [nextDw, nextDb]] = path.slice(0, 2).map(gradient);
    const swings = dw * nextDw + db * nextDb < 0;
    if (!standardise.checked) {
      const [fate, nearest] = climbs ? ["climbs", Math.min] : ["falls", Math.max];
      tried[fate] = nearest(lr, tried[fate] ?? lr);
    }

    const colour = climbs ? "backward" : "forward";
    const walked = path.slice(0, n + 1);
    valley.draw([["inside", [...ground, ["line", walked, { colour, width: 1.2 }], ["points", walked, { colour, size: 2.2 }],
      ["points", [path[n]], { colour: "text", size: 5, hollow: true }]]],
      ["text", path[0], "start", { anchor: w.value > 1.2 ? "end" : "start", dy: b.value > 2 ? 16 : -8 }]]);
    curve.draw([["level", lowest, { colour: "text", dashed: true }], ["text", [STEPS, lowest], "lowest possible", { anchor: "end", dy: 15 }],
      ["inside", [["line", losses.slice(0, n + 1).map((value, k) => [k, value]), { colour }], ["points", [[n, losses[n]]], { colour }]]]]);

    const how = standardise.checked ? "On circles every step points at the minimum."
      : climbs ? "Every jump across the valley lands higher."
      : swings ? "It jumps from slope to slope, ever closer." : "After the drop it creeps along the floor.";
    const bracket = tried.climbs && !standardise.checked ? ` Tried so far: falls at ${tried.falls}, climbs at ${tried.climbs}; the cliff is between.` : "";
    view.show(`Rate ${lr}, loss after ${n} steps: ${written(losses[n])}; the lowest possible is ${written(lowest)}. ${how}${bracket}`,
      { lr, path, losses, minimum, lowest, climbs, tried });
  };
  return { draw, reset: () => { tried = {}; } };
});
