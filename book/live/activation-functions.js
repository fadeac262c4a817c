/* Needs: live.js, plot.js, maths.js */
/* Activation functions: a cut through the race at one learning rate; the legend is the ranking there. */
Live.figure("activation-functions", (view) => {
  const { rates, accuracies, best } = view.data;
  const looks = {
    linear: { colour: "identity", dashed: "2 4" },
    sigmoid: { colour: "sigmoid" },
    tanh: { colour: "tanh", dashed: true },
    ReLU: { colour: "relu", dashed: "8 3 2 3" },
  };
  const names = Object.keys(looks);
  /* What the seeds reached; nothing if one diverged. */
  const reached = (name, rate) => {
    const finals = accuracies[name].map((row) => row[rates.indexOf(rate)]);
    return finals.includes(null) ? null : { low: Math.min(...finals), mean: Live.maths.mean(finals), high: Math.max(...finals) };
  };
  const ranking = (rateOf) => names.map((name) => ({ name, rate: rateOf(name), mean: 0, ...reached(name, rateOf(name)) }))
    .sort((a, b) => b.mean - a.mean);

  const plot = Live.plot(view, { x: { min: 0.008, max: 4, log: true, ticks: rates, label: "learning rate" },
    y: { min: 0.7, max: 0.98, label: "validation accuracy" }, height: 340 });
  const slider = view.slider({ label: "learning rate", min: 0, max: rates.length - 1, step: 1, value: 1, format: (i) => rates[i] });
  const own = view.checkbox({ label: "each at its own best" });
  plot.drag((x) => {
    const far = (rate) => Math.abs(Math.log(rate / x));
    const [nearest] = [...rates].sort((a, b) => far(a) - far(b));
    slider.value = rates.indexOf(nearest);
    own.checked = false;
  });

  const reads = (mean) => (mean ? Live.percent(mean, 1) : "diverged");
  const curve = (name) => {
    const whole = rates.filter((rate) => reached(name, rate));
    const broken = rates.filter((rate) => !reached(name, rate));
    const by = (key) => whole.map((rate) => [rate, reached(name, rate)[key]]);
    return [["area", [...by("low"), ...by("high").reverse()], looks[name]], ["line", by("mean"), looks[name]],
      ["points", [[best[name], reached(name, best[name]).mean]], { colour: "text", size: 8, hollow: true }],
      ...broken.map((rate) => ["text", [rate, 0.7], "×", { ...looks[name], anchor: "middle", dy: -2, bold: true }])];
  };

  return () => {
    const rate = rates[slider.value];
    const ranks = ranking((name) => (own.checked ? best[name] : rate));
    plot.draw([["inside", [...names.flatMap(curve), ["points", ranks.map((one) => [one.rate, one.mean]), { colour: "text" }]]],
      !own.checked && ["upright", rate, { colour: "text" }], ...ranks.map(({ name, mean }, i) => ["key", [0.009, 0.785 - 0.022 * i], `${i + 1}. ${name}, ${reads(mean)}`, looks[name]])]);

    const lastOf = (ranks) => ranks.at(-1).name;
    const first = ranks[0].name;
    const list = ranks.map(({ name, mean }) => `${name} ${reads(mean)}`).join(", ");
    const behind = (one) => `${(100 * (ranks[0].mean - one.mean)).toFixed(2)} points`;
    const lastAt = rates.filter((each) => lastOf(ranking(() => each)) === first);
    view.show(own.checked
      ? `Each at its own best rate: ${list}. The first three lie within ${behind(ranks[2])}, ${ranks[3].name} is ${behind(ranks[3])} behind.`
      : `At a rate of ${rate} ${first} is first, ${lastOf(ranks)} last: ${list}.`
        + (lastAt.length ? ` At ${lastAt.join(" and ")} ${first} is last: who chooses the rate chooses the winner.` : ""),
    { rate, ranks });
  };
});
