/* Needs: live.js, plot.js, pixels.js, maths.js */
/* Reliability: a temperature brings a network's confidence to what it keeps; its answers stay. */
Live.figure("reliability", (view) => {
  const { decode } = Live.pixels;
  const { softmax, sum } = Live.maths;
  const { names, places } = view.data;    // names: [loss, text]
  const labels = decode(view.data.labels, Uint8Array);
  const N = labels.length;
  const scores = view.data.scores.map((text) => {    // of both losses: N rows of 10
    const Z = Array.from(decode(text, Int16Array), (z) => z / places);
    return Live.range(N, (i) => Z.slice(10 * i, 10 * (i + 1)));
  });

  const diagram = Live.plot(view, { x: { min: 0, max: 1, label: "confidence, bins of 20 images or more" },
    y: { min: 0, max: 1, label: "share of right answers" }, most: 400 });
  const heat = view.slider({ label: "temperature T", min: 0.5, max: 4, log: true, value: 1 });
  const loss = view.select({ label: "trained with", options: names, value: names[0][0] });

  return () => {
    const T = heat.value;
    const chosen = names.findIndex(([name]) => name === loss.value);
    const bins = Live.range(10, () => ({ n: 0, claimed: 0, kept: 0 }));    // images, their confidences, right ones
    scores[chosen].forEach((z, i) => {
      const P = softmax(z.map((score) => score / T));
      const sure = Math.max(...P);
      const bin = bins[Math.min(9, Math.floor(10 * sure))];
      bin.n += 1;
      bin.claimed += sure;
      bin.kept += P.indexOf(sure) === labels[i];
    });
    const share = (of) => sum(bins.map(of)) / N;
    const accuracy = share(({ kept }) => kept);
    const confidence = share(({ claimed }) => claimed);
    const error = share(({ claimed, kept }) => Math.abs(claimed - kept));
    const gap = 100 * (confidence - accuracy);

    const shares = bins.map(({ n, kept }, m) => [m / 10 + 0.05, kept / n]).filter((_, m) => bins[m].n >= 20);
    diagram.draw([["bars", shares, { colour: loss.value, width: 0.09 }], ["line", [[0, 0], [1, 1]], { colour: "text" }]]);

    const verdict = Math.abs(gap) < 0.3 ? "it keeps what it claims" : `${gap > 0 ? "over" : "under"}confident by ${Math.abs(gap).toFixed(1)} points`;
    view.show(`At T = ${T.toFixed(2)} it claims ${Live.percent(confidence, 1)} and has ${Live.percent(accuracy, 1)} right: ${verdict}. `
      + `The calibration error is ${Live.percent(error, 1)}.${T === 1 ? "" : " No answer has changed."}`,
    { T, accuracy, confidence, error, n: bins.map(({ n }) => n) });
  };
});
