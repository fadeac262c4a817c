/* Needs: live.js, plot.js */
/* The ink model's valley, and walks in it. Four averages over the images are enough for it:
   with xx, x, xt and t for those of x², x, xt and t, the sums of the loss are written out. */
Live.ink = (() => {
  const circle = Live.range(121, (i) => [Math.cos((i * Math.PI) / 60), Math.sin((i * Math.PI) / 60)]);
  const heights = Live.range(13, (i) => 0.002 * 2.24 ** i);  // above the minimum

  /* Contours of a parabola: place(across, up) is where it has risen by half of across² + up². */
  const contours = (place) => heights.map((height) => Math.sqrt(2 * height)).map((radius) =>
    ["line", circle.map(([across, up]) => place(radius * across, radius * up)), { width: 0.8, close: true }]);

  const surface = ({ xx, x, xt, t }) => {
    const loss = ([w, b]) => (w * w * xx + 2 * w * b * x + b * b - 2 * w * xt - 2 * b * t + t) / 2;  // t is 0 or 1: t² = t
    const gradient = ([w, b]) => [w * xx + b * x - xt, w * x + b - t];
    const variance = xx - x * x;
    const w = (xt - x * t) / variance;
    const minimum = [w, t - w * x];
    /* From the minimum by (dw, db) the loss rises by half of variance · dw² + (db + x dw)². */
    const ground = [["text", minimum, "×", { anchor: "middle", dy: 4, bold: true }], ...contours((across, up) => {
      const dw = across / Math.sqrt(variance);
      return [minimum[0] + dw, minimum[1] + up - x * dw];
    })];
    return { loss, gradient, minimum, ground };
  };

  /* With beta, momentum: what is left of the last move is added to the slopes. */
  const descend = (gradient, start, lr, steps, beta = 0) => {
    const path = [start];
    let v = start.map(() => 0);
    for (let k = 0; k < steps; k++) {
      const slopes = gradient(path[k]);
      v = v.map((value, j) => beta * value + slopes[j]);
      path.push(path[k].map((value, j) => value - lr * v[j]));
    }
    return path;
  };

  const map = (view, label, [wMin, wMax, bMin, bMax] = [-1.5, 1.7, -1.3, 2.3]) => Live.plot(view, { label,
    x: { min: wMin, max: wMax, label: "w" }, y: { min: bMin, max: bMax, label: "b" }, equal: true, most: 340 });

  /* A map with a start to drag, the curve of a walk's loss, and their sliders; play() makes the player. */
  const valley = (view, steps, loss, frame) => {
    const land = map(view, "Contours of the loss over w and b, and the path", frame);
    const curve = Live.plot(view, { x: { min: 0, max: steps, label: "step" }, y: { ...loss, log: true }, most: 340, height: 360 });
    const [w, b] = ["x", "y"].map((axis, i) => view.slider({ ...land[axis], label: `start: ${land[axis].label}`, step: 0.05,
      value: view.data.start[i], format: (x) => x.toFixed(2) }));
    const shown = view.slider({ label: "steps", min: 0, max: steps, step: 1, value: steps });
    land.drag((x, y) => { [w.value, b.value] = [x, y]; });
    return {
      start: () => [w.value, b.value],
      steps: () => shown.value,
      play: () => view.player({ pause: 40, step: () => { shown.value = (shown.value % steps) + 1; return shown.value < steps; } }),
      draw(ground, path, losses, colour, marks) {
        const n = shown.value;
        const walked = path.slice(0, n + 1).filter((V) => Math.hypot(...V) < 1e6);  // farther out no browser draws
        land.draw([["inside", [...ground, ["line", walked, { colour, width: 1.2 }], ["points", walked, { colour, size: 2.2 }],
          ["points", walked.slice(-1), { colour: "text", size: 5, hollow: true }]]],
          ["text", path[0], "start", { anchor: w.value > 1.2 ? "end" : "start", dy: b.value > 2 ? 16 : -8 }]]);
        curve.draw([...marks, ["inside", [["line", losses.slice(0, n + 1).map((value, k) => [k, value]), { colour }],
          ["points", [[n, losses[n]]], { colour }]]]]);
      },
    };
  };
  return { circle, contours, surface, descend, map, valley };
})();
