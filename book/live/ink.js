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

  const descend = (gradient, start, lr, steps) => {
    const path = [start];
    for (let k = 0; k < steps; k++) {
      const slopes = gradient(path[k]);
      path.push(path[k].map((value, j) => value - lr * slopes[j]));
    }
    return path;
  };

  const map = (view, label) => Live.plot(view, { label, x: { min: -1.5, max: 1.7, label: "w" }, y: { min: -1.3, max: 2.3, label: "b" },
    equal: true, most: 340 });
  return { circle, contours, surface, descend, map };
})();
