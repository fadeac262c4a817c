/* Needs: live.js, plot.js, pixels.js */
/* Abstaining: a slider for the threshold below which a person reads the image, and two trays of images. */
Live.figure("abstaining", (view) => {
  const { decode, canvas, ink } = Live.pixels;
  const { images } = view.data;    // 24, the surest first: [label, answer, confidence]
  const sure = decode(view.data.sure);    // of all images, falling
  const right = decode(view.data.right, Uint8Array);
  const pixels = decode(view.data.pixels, Uint8Array);
  const N = sure.length;
  const rightOf = (n) => right.subarray(0, n).filter(Boolean).length;    // of the surest
  const share = (n) => [100 * n / N, 100 * rightOf(n) / n];

  const plot = Live.plot(view, { x: { min: 80, max: 100, label: "read, % of all images" },
    y: { min: 98, max: 100, ticks: [98, 99, 100], label: "right, % of those read" }, height: 340 });
  const curve = Live.range(101, (i) => share(Math.round(N * (0.8 + 0.002 * i))));
  const trays = Live.element("div", { style: "flex: 1 1 280px; min-height: 450px; display: flex; flex-wrap: wrap; gap: 4px; align-content: start" });
  view.drawing.append(trays);

  const tiles = images.map(([label, answer, p], i) => {
    const tile = Live.element("div", { style: "width: 46px; font-size: 13px; line-height: 1.2; text-align: center" });
    const picture = canvas(view, { label: `a ${label} read as ${answer}`, shown: 40, parent: tile });
    ink(picture, Array.from(pixels.subarray(784 * i, 784 * (i + 1)), (grey) => grey / 255));
    if (label !== answer) picture.style.outline = "2px solid var(--live-backward)";
    const said = label === answer ? label : Live.element("b", {}, `${label} → ${answer}`);
    tile.append(Live.element("div", {}, said), (Math.floor(1000 * p) / 1000).toFixed(3));
    return tile;
  });
  const title = (text) => Live.element("b", { style: "flex-basis: 100%" }, text);

  /* Equal steps of the hand divide the doubt that is allowed by equal factors. */
  const thresholdAt = (hand) => 1 - 10 ** -hand;
  const slider = view.slider({ label: "threshold", min: 0, max: 3, step: 0.01, value: 1, format: (hand) => thresholdAt(hand).toFixed(3) });

  return () => {
    const threshold = thresholdAt(slider.value);
    const read = sure.filter((p) => p >= threshold).length;
    const handed = N - read;
    const left = read - rightOf(read);
    const avoided = N - rightOf(N) - left;
    const [reads, hits] = share(read);
    plot.draw([["line", curve, { colour: "forward" }], ["upright", reads, { dashed: true }], ["points", [[reads, hits]], { colour: "text", size: 6 }]]);
    const before = sure.filter((p) => p >= thresholdAt(slider.value - 1)).length;
    const price = (before - read) / (rightOf(read) - read - rightOf(before) + before);
    const last = slider.value > 1 && Number.isFinite(price) ? ` (${price.toFixed(1)} between ${thresholdAt(slider.value - 1).toFixed(3)} and here)` : "";
    const kept = images.filter(([, , p]) => p >= threshold).length;
    trays.replaceChildren(title("The network reads (24 images, half misread: framed, truth → answer; below, the confidence)"), ...tiles.slice(0, kept), title("A person reads"), ...tiles.slice(kept));
    view.show(`It reads ${reads.toFixed(1)} % of the images and has ${hits.toFixed(2)} % of those right. ${handed.toLocaleString("en")} go to a person`
      + `${avoided ? `, ${(handed / avoided).toFixed(1)} for each of the ${avoided} mistakes avoided${last}` : ""}; ${left} mistakes are left.`,
    { threshold, read, right: rightOf(read), handed, left, price, over: [...tiles.keys()].slice(kept) });
  };
});
