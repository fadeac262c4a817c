/* Needs: live.js, plot.js, ink.js */
/* Gradient descent in the valley: from any start, at any rate, step by step; standardised it is a round bowl. */
Live.figure("gradient-descent", (view) => {
  const STEPS = 100;
  const { surface, descend, valley } = Live.ink;
  const [raw, standardised] = [surface(view.data.x), surface(view.data.x_std)];
  const rate = view.slider({ label: "learning rate η", min: 0.02, max: 1, step: 0.005, value: 0.9 });
  const walk = valley(view, STEPS, { min: 0.01, max: 1000, label: "loss" });
  const standardise = view.checkbox({ label: "standardise the ink" });
  walk.play();
  let tried = {};  // in the valley: the highest rate at which the loss falls, and the lowest at which it climbs
  const written = (x) => x.toLocaleString("en", { maximumSignificantDigits: 4 });

  const draw = () => {
    const { loss, gradient, minimum, ground } = standardise.checked ? standardised : raw;
    const [lr, n] = [+rate.value.toPrecision(3), walk.steps()];  // as it is read
    const path = descend(gradient, walk.start(), lr, STEPS);
    const losses = path.map(loss);
    const lowest = loss(minimum);
    const climbs = losses[STEPS] > losses[STEPS - 1] + 1e-12;
    const [[dw, db], [nextDw, nextDb]] = path.slice(0, 2).map(gradient);
    const swings = dw * nextDw + db * nextDb < 0;
    if (!standardise.checked) {
      const [fate, nearest] = climbs ? ["climbs", Math.min] : ["falls", Math.max];
      tried[fate] = nearest(lr, tried[fate] ?? lr);
    }

    walk.draw(ground, path, losses, climbs ? "backward" : "forward",
      [["level", lowest, { colour: "text", dashed: true }], ["text", [STEPS, lowest], "lowest possible", { anchor: "end", dy: 15 }]]);

    const how = standardise.checked ? "On circles every step points at the minimum."
      : climbs ? "Every jump across the valley lands higher."
      : swings ? "It jumps from slope to slope, ever closer." : "After the drop it creeps along the floor.";
    const bracket = tried.climbs && !standardise.checked ? ` Tried so far: falls at ${tried.falls}, climbs at ${tried.climbs}; the cliff is between.` : "";
    view.show(`Rate ${lr}, loss after ${n} steps: ${written(losses[n])}; the lowest possible is ${written(lowest)}. ${how}${bracket}`,
      { lr, path, losses, minimum, lowest, climbs, tried });
  };
  return { draw, reset: () => { tried = {}; } };
});
