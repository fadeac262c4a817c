/* Needs: live.js, plot.js, maths.js */
/* XOR with one ReLU neuron, then with two and the chapter's sum relu(z1) − 2 relu(z2), in contours of the output. */
Live.figure("neurons", (view) => {
  const { corners, wanted, w, c } = view.data;       // w: a neuron's weights, c: the output's
  const { sum } = Live.maths;
  const range = { min: -0.5, max: 1.5, ticks: [0, 1] };
  const plot = Live.plot(view, { label: "The output over the plane of the inputs, and the four corners",
    x: { ...range, label: "x₀" }, y: { ...range, label: "x₁" }, equal: true, most: 360 });
  const two = view.checkbox({ label: "add a second neuron" });
  const neurons = [45, 135].map((value, n) => ({
    angle: view.slider({ label: `neuron ${n + 1}: angle`, min: -180, max: 180, step: 1, value, format: (x) => `${x}°` }),
    bias: view.slider({ label: `neuron ${n + 1}: bias`, min: -3, max: 3, step: 0.05, value: 0, format: (x) => x.toFixed(2) }),
  }));

  /* A plane z = w0 x0 + w1 x1 + b, written [w0, w1, b]. */
  const plane = ({ angle, bias }) => {
    const turn = (angle.value * Math.PI) / 180;
    return [Math.hypot(...w) * Math.cos(turn), Math.hypot(...w) * Math.sin(turn), bias.value];
  };
  const height = ([w0, w1, b], [x0, x1]) => w0 * x0 + w1 * x1 + b;
  /* Where a plane has some height: points of a straight line. */
  const where = ([w0, w1, b], level) => {
    const size = Math.hypot(w0, w1);
    const near = (level - b) / size ** 2;
    return Live.range(251, (i) => (i - 125) / 50 / size).map((along) => [near * w0 - along * w1, near * w1 + along * w0]);
  };

  return () => {
    neurons[1].angle.input.disabled = neurons[1].bias.input.disabled = !two.checked;
    const planes = neurons.slice(0, two.checked ? 2 : 1).map(plane);
    const output = (x) => sum(planes.map((z, n) => c[n] * Math.max(height(z, x), 0)));
    /* Where some of the neurons are on, the output is a plane too. */
    const pieces = [[1, 0], [0, 1], [1, 1]].map((on) => [0, 1, 2].map((part) => sum(planes.map((z, n) => on[n] * c[n] * z[part]))));
    const contours = Live.range(40, (k) => 0.5 + (k - 20) / 5).flatMap((level, k) => {
      const look = k === 20 ? { colour: "text", width: 3 } : { colour: k > 20 ? "backward" : "forward", width: 1 };
      return pieces.map((piece) => ["line", where(piece, level).filter((x) => Math.abs(output(x) - level) < 1e-9), look]);
    });
    const folds = planes.flatMap((z, n) => {
      const fold = where(z, 0);
      const first = fold.find((x) => x.every((part) => part > -0.4 && part < 1.3));
      return [["line", fold, { dashed: true }], first && ["text", first, n + 1, { dx: 8, dy: 5, bold: true }]];
    });

    const outputs = corners.map(output);
    const right = outputs.map((a, n) => (a > 0.5) === (wanted[n] === 1));
    const count = sum(right);
    const marks = corners.flatMap((corner, n) => [["points", [corner], { colour: "text", size: 11, hollow: true }],
      ["text", corner, wanted[n], { anchor: "middle", dy: 5, bold: true }],
      ["text", corner, `${outputs[n].toFixed(2)} ${right[n] ? "✓" : "✗"}`, { anchor: "middle", dy: 28 }]]);
    plot.draw([["inside", [...contours, ...folds]], ["points", corners, { colour: "on-bar", size: 11 }], ...marks]);
    const told = count === 4 ? ": two folds make a ridge, and XOR is solved" : two.checked ? "; two parallel folds can make a ridge" : count < 3 ? "" : ", as many as one line can get";
    view.show(`${count} of the 4 corners ${count === 1 ? "is" : "are"} right${told}.`,
      { weights: planes.map(([w0, w1]) => [w0, w1]), biases: planes.map((z) => z[2]), outputs, right: count });
  };
});
