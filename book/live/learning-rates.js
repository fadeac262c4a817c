/* Needs: live.js, plot.js, ink.js */
/* A bowl of two curvatures: each direction of a walk has a factor of its own, 1 − ηλ. */
Live.figure("learning-rates", (view) => {
  const STEPS = 20;
  const { start, curvatures, rate } = view.data;
  const looks = [{ colour: "backward" }, { colour: "forward", dashed: true }];
  const names = ["v₁", "v₂"];
  const bowl = Live.plot(view, { label: "The walk on the contours of the bowl", x: { min: -2.6, max: 2.6, label: "v₁" },
    y: { min: -1.6, max: 1.6, label: "v₂" }, equal: true, most: 400 });
  const sizes = Live.plot(view, { x: { min: 0, max: STEPS, label: "step" },
    y: { min: 1e-4, max: 1e3, log: true, label: "size" }, most: 320, height: 270 });
  const eta = view.slider({ label: "learning rate η", min: 0.05, max: 2.5, log: true, step: Math.log(50) / 400, value: rate });
  const lambdas = curvatures.map((value, j) => view.slider({ label: `curvature λ${"₁₂"[j]}`, min: 0.5, max: 8, step: 0.1, value }));

  const fate = (factor) => {
    const size = Math.abs(factor);
    if (Math.abs(size - 1) < 1e-9) return factor < 0 ? "swings from side to side and stays as large as it is" : "stays as large as it is";
    if (size < 0.005) return "arrives in one step";
    return (factor < 0 ? "swings from side to side and " : "") + (size > 1 ? "grows" : "dies out");
  };

  return () => {
    const lr = +eta.value.toPrecision(2);  // as it is read
    const lambda = lambdas.map(({ value }) => value);
    const factors = lambda.map((curvature) => 1 - lr * curvature);
    const path = Live.ink.descend((V) => V.map((v, j) => lambda[j] * v), start, lr, STEPS);

    const contours = Live.ink.contours((...point) => point.map((part, j) => part / Math.sqrt(lambda[j])));
    bowl.draw([["inside", [...contours, ["line", path, { colour: "text", width: 1.2 }], ["points", path, { colour: "text", size: 2.5 }]]]]);
    const lines = names.map((_, j) => path.map((V, k) => [k, Math.max(1e-12, Math.abs(V[j]))]));  // log axes know no zero
    sizes.draw([["inside", lines.flatMap((line, j) => [["line", line, looks[j]], ["points", line, { ...looks[j], size: 2.5 }]])],
      ...names.map((name, j) => ["key", [1, 400 / 5 ** j], name, looks[j]])]);

    const limit = 2 / Math.max(...lambda);
    const apart = Math.abs(factors[0]) > 1 !== Math.abs(factors[1]) > 1;
    const said = names.map((name, j) => `${name} has the factor 1 − ${lr} · ${+lambda[j].toPrecision(3)} = ${factors[j].toFixed(2)}: it ${fate(factors[j])}.`);
    view.show(said.join(" ") + (apart ? ` Only the steeper direction is beyond its limit, ${+limit.toPrecision(3)}; the other minds its own business.` : ""),
      { lr, lambda, factors, path, limit });
  };
});
