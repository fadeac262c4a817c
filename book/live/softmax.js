/* Needs: live.js, plot.js, maths.js */
/* Softmax: a slider for every score and one for the temperature; "+1 to all" moves nothing. */
Live.figure("softmax", (view) => {
  const { softmax, sum } = Live.maths;
  const colours = ["identity", "relu", "tanh"];
  const dashes = ["2 4", true, false];
  const share = { min: 0, max: 1.1, ticks: [0, 0.5, 1], label: "probability" };
  const hot = { min: 0.05, max: 50, log: true, label: "temperature T" };
  const bars = Live.plot(view, { x: { min: -0.5, max: 2.5, ticks: [0, 1, 2], label: "class" }, y: share });
  const curves = Live.plot(view, { x: hot, y: share });
  const sliders = view.data.map((z, k) => view.slider({ label: `score ${k}`, min: -3, max: 8, step: 0.01, value: z, changed: () => { added = false; } }));
  const heat = view.slider({ label: "temperature", ...hot, value: 1 });
  let added = false;
  view.button("+1 to all scores", () => {
    added = sliders.every(({ value }) => value <= 7);
    if (added) for (const slider of sliders) slider.value += 1;
  });

  const temperatures = Live.range(101, (i) => hot.min * (hot.max / hot.min) ** (i / 100));

  const draw = () => {
    const z = sliders.map(({ value }) => value);
    const at = (T) => softmax(z.map((score) => score / T));
    const T = heat.value;
    const p = at(T);
    const most = Math.max(...p);
    bars.draw([["bars", [...p.entries()], { colours }],
      ...p.map((share, k) => ["text", [k, share], share.toFixed(3), { anchor: "middle", dy: -5 }])]);
    curves.draw([...p.map((_, k) => ["line", temperatures.map((T) => [T, at(T)[k]]), { colour: colours[k], dashed: dashes[k] }]),
      ["upright", T, { colour: "text" }], ["points", p.map((share) => [T, share]), { colour: "text" }],
      ...p.map((_, k) => ["key", [7, 1.02 - 0.09 * k], `class ${k}`, { colour: colours[k], dashed: dashes[k] }])]);
    const scores = z.map((score) => score.toFixed(2)).join(", ");
    view.show(`Scores ${scores}: class ${p.indexOf(most)} leads with ${most.toFixed(3)}; the sum is ${sum(p).toFixed(3)}.`
      + (added ? " One more point for all, and no bar moved." : ""), { z, temperature: T, p });
  };
  return { draw, reset: () => { added = false; } };
});
