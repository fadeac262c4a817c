/* Needs: live.js, plot.js, maths.js, pixels.js */
/* Initialisation: a slider for the spread of the weights, and the values of sixteen untrained layers.
   All weights are drawn once, and scaled. Layer 1 has 784 inputs and a smaller spread: n_in v is the same. */
Live.figure("initialisation", (view) => {
  const { mean, random } = Live.maths;
  const { images, signals } = view.data;
  const bends = { tanh: Math.tanh, ReLU: (z) => Math.max(z, 0) };
  const [D, H, L] = [784, 50, 16];
  const X = Float64Array.from(Live.pixels.decode(images, Uint8Array), (ink) => ink / 255);

  const { normal } = random(0);
  const weights = [D, ...Array(L - 1).fill(H)].map((n_in) => ({ n_in, W: Live.range(n_in * H, normal) }));

  /* A W, for W of shape (n_in, H), row after row. */
  const times = (A, { n_in, W }) => {
    const Z = new Float64Array((A.length / n_in) * H);
    A.forEach((a, i) => {
      const [z, w] = [Math.floor(i / n_in) * H, (i % n_in) * H];
      if (a) for (let k = 0; k < H; k++) Z[z + k] += a * W[w + k];
    });
    return Z;
  };

  const x = { min: 0.5, max: L + 0.5, ticks: [1, 4, 8, 12, 16], label: "layer" };
  const looks = {
    "too small": { colour: "sigmoid", dashed: "2 4" },
    "too large": { colour: "backward", dashed: "8 3 2 3" },
    Xavier: { colour: "tanh", dashed: true },
    He: { colour: "forward" },
  };
  const sizes = Live.plot(view, { x, y: { min: 1e-5, max: 1e3, log: true, label: "root mean square of A" }, margins: { left: 62 } });
  const values = Live.plot(view, { x, y: { min: -1.1, max: 2, label: "values of A, one image" }, margins: { top: 24 } });
  const choice = view.select({ label: "bend", options: Object.keys(bends), value: "tanh" });
  const slider = view.slider({ label: "spread at 50 inputs", min: 0.01, max: 1, log: true, value: 0.08 });
  view.button("Xavier's", () => { slider.value = Math.sqrt(1 / H); });
  view.button("He's", () => { slider.value = Math.sqrt(2 / H); });

  return () => {
    const spread = slider.value;
    const bend = bends[choice.value];
    const all = [];
    for (const layer of weights) all.push(times(all.at(-1) ?? X, layer).map((z) => bend(spread * Math.sqrt(H / layer.n_in) * z)));
    const size = all.map((A) => Math.sqrt(mean(A.map((a) => a * a))));

    const points = (line) => line.map((value, l) => [l + 1, value]);
    const known = Object.entries(signals[choice.value]).flatMap(([name, [middle, low, high]]) => [
      ["area", [...points(low), ...points(high).reverse()], looks[name]], ["line", points(middle), looks[name]]]);
    sizes.draw([["inside", [...known, ["points", points(size), { colour: "text" }]]],
      ...Object.entries(looks).map(([name, look], i) => ["key", [9, 400 / 4 ** i], name, look])]);
    values.draw([["level", 0], ["inside", all.map((A, l) => ["points", Array.from(A.slice(0, H), (a) => [l + 1, Math.min(a, 1.97)]), { opacity: 0.4 }])],
      ["text", [0.6, 1.97], "2 and more", { dy: -6 }]]);

    const ends = mean(all.flatMap((A) => Array.from(A, (a) => Number(Math.abs(a) > 0.99))));
    const [first, last] = [size[0], size.at(-1)];
    const fate = last < first / 50 ? "the signal dies out."
      : last > 50 * first ? "it explodes."
      : last > 2 * first ? "it grows."
      : choice.value === "tanh" && ends > 0.2 ? `large, but ${Live.percent(ends)} of the values lie beyond ±0.99, where tanh is flat.`
      : last < first / 2 ? "it fades." : "it comes through.";
    const short = (value) => String(+value.toPrecision(2));
    view.show(`n_in v = 50 · ${short(spread)}² = ${short(H * spread ** 2)}. `
      + `The size is ${short(first)} in layer 1 and ${short(last)} in layer 16: ${fate}`, { spread, size, ends });
  };
});
