/* Needs: live.js, plot.js, ink.js */
/* Momentum in the valley: at any rate, with any share β of the last move kept, against plain descent at its best rate.
   What is said of the valley's two directions holds from any start: in each, a walk multiplies the distance alone. */
Live.figure("faster-descent", (view) => {
  const STEPS = 100;
  const LONG = 10 * STEPS;  // enough to say "for good"
  const NEAR = 0.01;  // of the start's loss above the lowest
  const { surface, descend, valley } = Live.ink;
  const { xx, x } = view.data.x;
  const { loss, gradient, minimum, ground } = surface(view.data.x);
  const lowest = loss(minimum);
  const [steep, flat] = [1, -1].map((sign) => (xx + 1) / 2 + sign * Math.hypot((xx - 1) / 2, x));  // curvatures
  const best = 2 / (steep + flat);

  const rate = view.slider({ label: "learning rate η", min: 0.02, max: 2, step: 0.01, value: 1.25 });
  const momentum = view.slider({ label: "momentum β", min: 0, max: 0.99, step: 0.01, value: 0.4 });
  const walk = valley(view, STEPS, { min: 1e-8, max: 1e4, label: "loss above the lowest" }, [-2, 2.5, -2.1, 2.4]);
  walk.play();
  const written = (value) => (value > 1e6 ? "more than a million" : value.toLocaleString("en", { maximumSignificantDigits: 4 }));

  const walkAt = (lr, beta) => {
    const path = descend(gradient, walk.start(), lr, LONG, beta);
    const losses = path.map(loss);
    const above = losses.map((value) => value - lowest);
    const arrived = above.findLastIndex((value) => !(value < NEAR * above[0])) + 1;
    const shown = above.map((value, k) => [k, Math.max(1e-12, value)]);  // log axes know no zero
    return { path: path.slice(0, STEPS + 1), losses: losses.slice(0, STEPS + 1), arrived, curve: shown.slice(0, STEPS + 1) };
  };

  /* What becomes of a distance of 1 in a direction of one curvature; the factor is that of a step in the long run. */
  const direction = (curvature, lr, beta) => {
    const distances = descend(([c]) => [curvature * c], [1], lr, LONG, beta).flat();
    const sum = Math.abs(1 + beta - lr * curvature);
    const root = sum ** 2 - 4 * beta;
    const factor = root < 0 ? Math.sqrt(beta) : (sum + Math.sqrt(root)) / 2;
    return { factor, past: -Math.min(...distances), widest: Math.max(...distances.map(Math.abs)) };
  };

  return () => {
    const [lr, beta] = [rate, momentum].map(({ value }) => +value.toFixed(2));  // as they are read
    const [now, plain] = [walkAt(lr, beta), walkAt(best, 0)];
    const limit = (2 * (1 + beta)) / steep;
    const climbs = lr > limit;
    const [across, along] = [steep, flat].map((curvature) => direction(curvature, lr, beta));

    walk.draw(ground, now.path, now.curve.map(([, value]) => value), climbs ? "backward" : "forward",
      [["inside", [["line", plain.curve, { dashed: true }]]], ["key", [24, 1500], `plain descent, rate ${best.toFixed(3)}`, { dashed: true }]]);

    const keeps = (factor) => `in the long run a step keeps ${written(factor)} of the distance.`;
    const how = climbs ? `Beyond 2(1 + β)/λ = ${limit.toPrecision(5)} every jump across the valley lands further out.`
      : across.widest > 2 ? `The swings across the valley first grow, to ${written(across.widest)} times the start's, and then die out.`
      : along.past > 0.05 ? `Like a ball it rolls past the minimum along the valley, by ${Live.percent(along.past)} of the way it came, and returns.`
      : across.factor === along.factor ? `Neither way waits for the other: across the valley and along it, ${keeps(along.factor)}`
      : across.factor > along.factor ? `It jumps across the valley, from slope to slope: ${keeps(across.factor)}`
      : `It ${along.factor > 0.9 ? "creeps" : "glides"} along the floor: ${keeps(along.factor)}`;
    const from = ({ arrived }) => (arrived > STEPS ? `not within ${STEPS} steps` : `from step ${arrived} on`);
    const n = walk.steps();
    view.show(`Rate ${lr}, momentum ${beta}, loss after ${n} steps: ${written(now.losses[n])}; the lowest possible is ${written(lowest)}. ${how} `
      + `The height above the lowest stays below 1 % of the start's: ${climbs ? "never" : from(now)}; plain descent at its best rate: ${from(plain)}.`,
      { lr, beta, steps: n, path: now.path, losses: now.losses, minimum, lowest, climbs, limit, arrived: now.arrived,
        across, along, plain: { lr: best, losses: plain.losses, arrived: plain.arrived } });
  };
});
