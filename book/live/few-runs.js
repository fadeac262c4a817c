/* Needs: live.js, plot.js, maths.js */
/* Sixty experiments of n values and their intervals, with the factor 1.96 or Student's; and the share
   of all experiments so far whose interval misses the true mean, beside the 5 % that are promised. */
Live.figure("few-runs", (view) => {
  const { mean, variance, random } = Live.maths;
  const { factors, means, s } = view.data;
  const promised = 0.05;
  const left = Live.plot(view, { x: { min: -3.5, max: 3.5, label: "distance from the true mean, in σ" },
    y: { min: -1, max: 60, hidden: true, label: "experiments" }, height: 330 });
  const right = Live.plot(view, { x: { min: 0, label: "experiments so far" },
    y: { min: 0, max: 0.4, label: "share that misses", format: Live.percent }, height: 330, margins: { left: 62, right: 20 } });
  let dice, all;

  const sixty = () => Live.range(60, () => {
    const values = Live.range(n.value, dice.normal);
    return { mean: mean(values), s: Math.sqrt(variance(values)) };
  });
  const more = () => all.push(...sixty());
  const anew = () => {
    dice = random(n.value);
    all = n.value === 5 ? means.map((mean, i) => ({ mean, s: s[i] })) : sixty();    // of five, the page's own
  };
  const n = view.slider({ label: "values each", min: 2, max: 10, step: 1, value: 5, changed: anew });
  const kind = view.select({ label: "factor", options: ["1.96", "Student's"], value: "1.96" });
  view.button("Sixty new experiments", more);
  view.player({ label: "Keep drawing", pause: 60, step: () => { more(); return all.length % 3000 > 0; } });

  const draw = () => {
    const factor = kind.value === "1.96" ? 1.96 : factors[n.value];
    const reach = (one) => (factor * one.s) / Math.sqrt(n.value);
    const misses = (one) => Math.abs(one.mean) > reach(one);
    const shown = all.slice(-60);
    left.draw([["upright", 0, { colour: "text" }], ["inside", shown.flatMap((one, i) => {
      const look = misses(one) ? { colour: "backward", width: 3 } : { width: 1 };
      return [["line", [[one.mean - reach(one), i], [one.mean + reach(one), i]], look],
        misses(one) && ["text", [one.mean, i], "×", { anchor: "middle", dy: 5, bold: true }]];
    })]]);

    let missed = 0;
    const shares = all.map((one, i) => [i + 1, (missed += misses(one)) / (i + 1)]).filter(([k]) => k % 60 === 0);
    right.x.max = Math.max(600, all.length);
    right.draw([["level", promised, { colour: "text", dashed: true }],
      ["text", [right.x.max, promised], "promised: 5 %", { anchor: "end", dy: 16 }],
      ["line", shares, { colour: "backward" }], ["points", shares.slice(-1), { colour: "backward" }]]);

    const ofThese = shown.filter(misses).length;
    const share = missed / all.length;
    const chance = 3 * Math.sqrt((promised * (1 - promised)) / all.length);
    view.show(`${n.value} values, factor ${factor.toFixed(2)}: ${ofThese} of these 60 intervals miss, `
      + `and ${Live.percent(share, 1)} of all ${all.length.toLocaleString("en")} so far. `
      + (share > promised + chance ? "More than chance explains: the promise of 5 % is broken." : "That is as near to 5 % as chance allows: the promise is kept, so far."),
    { n: n.value, factor, missed, experiments: all.length, ofThese, last: shown.map((one) => [one.mean, one.s]) });
  };
  anew();
  return { draw, reset: anew };
});
