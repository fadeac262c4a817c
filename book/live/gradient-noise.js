/* Needs: live.js, plot.js, maths.js, pixels.js, ink.js */
/* Batches of B images: the gradients of many of them at one place, a cloud around the full one, and a walk that asks them.
   Every image is drawn anew, as in the eight lines: the spread is exactly σ / √B. */
Live.figure("gradient-noise", (view) => {
  const SEED = 8;
  const BATCHES = 300;
  const REACH = 1.8;  // of the cloud's axes
  const { mean, random } = Live.maths;
  const { circle, surface, descend, map } = Live.ink;
  const { unit, zeros, start } = view.data;
  const x = Array.from(Live.pixels.decode(view.data.x, Uint16Array), (ink) => ink * unit);
  const N = x.length;
  const t = x.map((_, i) => Number(i < zeros));  // the zeros come first
  const ink = surface({ xx: mean(x.map((value) => value ** 2)), x: mean(x), xt: mean(x.map((value, i) => value * t[i])), t: mean(t) });
  const full = descend(ink.gradient, start, 0.3, 300);

  /* The mean gradient of B images; choose() says which. */
  const gradientOf = ([w, b], B, choose) => {
    let [dw, db] = [0, 0];
    for (let k = 0; k < B; k++) {
      const i = choose();
      const e = w * x[i] + b - t[i];
      dw += e * x[i];
      db += e;
    }
    return [dw / B, db / B];
  };

  const valley = map(view, "Two walks on the contours of the loss");
  const cloud = Live.plot(view, { x: { label: "dw" }, y: { label: "db" }, equal: true, most: 340 });
  const sizes = [1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1280];
  const size = view.slider({ label: "batch size B", min: 0, max: 10, step: 1, value: 3, format: (n) => sizes[n] });
  const place = view.select({ label: "gradients at", options: ["start", "minimum"], value: "start" });

  return () => {
    const B = sizes[size.value];
    const { uniform } = random(SEED);
    const batchGradient = (V) => gradientOf(V, B, () => Math.floor(N * uniform()));
    const V = place.value === "start" ? start : ink.minimum;
    const g = ink.gradient(V);
    const off = (gradients) => Math.sqrt(mean(gradients.map(([dw, db]) => (dw - g[0]) ** 2 + (db - g[1]) ** 2)));
    const sigma = off(x.map((_, i) => gradientOf(V, 1, () => i)));
    const predicted = sigma / Math.sqrt(B);
    const gradients = Live.range(BATCHES, () => batchGradient(V));
    const spread = off(gradients);
    const noisy = descend(batchGradient, start, 0.3, 300);

    valley.draw([["inside", [...ink.ground, ["line", noisy, { colour: "backward", width: 1 }], ["line", full, { colour: "forward" }],
      ["points", full, { colour: "forward", size: 2.2 }]]],
      ["key", [-1.4, -0.9], `batches of ${B}`, { colour: "backward", width: 1 }],
      ["key", [-1.4, -1.15], `all ${N.toLocaleString("en")}, with dots`, { colour: "forward" }]]);
    ["x", "y"].forEach((axis, i) => Object.assign(cloud[axis], { min: g[i] - REACH, max: g[i] + REACH }));
    const ring = circle.map(([across, up]) => [g[0] + predicted * across, g[1] + predicted * up]);
    cloud.draw([["inside", [["points", gradients, { colour: "backward", size: 2.5, opacity: 0.6 }], ["line", ring, { colour: "text", dashed: true }],
      Math.hypot(...g) > 0.01 && ["arrow", [0, 0], g, { colour: "forward" }]]],
      ["text", [cloud.x.min, cloud.y.max], "dashed: σ / √B", { dx: 8, dy: 16 }]]);

    const three = (value) => value.toFixed(3);
    view.show(`At the ${place.value} the full gradient is ${three(Math.hypot(...g))} long. Batches of ${B} are off by ${three(spread)} `
      + `(root mean square), and σ / √B = ${three(sigma)} / √${B} = ${three(predicted)}.`
      + (B === 10 ? "" : ` Against batches of 10, ${B / 10} times the images: ${three(Math.sqrt(10 / B))} times the width.`),
      { B, V, g, sigma, spread, predicted, gradients, end: noisy[300], seed: SEED });
  };
});
