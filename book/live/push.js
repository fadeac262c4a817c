/* Needs: live.js, plot.js, maths.js, pixels.js, network.js */
/* A digit, pushed along the signs of its gradient, or a coin's, until the answer turns. */
Live.figure("push", (view) => {
  const { decode, canvas, ink, signed } = Live.pixels;
  const { range, percent, element } = Live;
  const { step, rest, labels } = view.data;
  const [D, H, K] = [784, 30, 10];
  const W1 = Float32Array.from(decode(view.data.W, Int8Array), (n) => n * step);       // (D, H)
  const [b1, W2, b2] = rest.map((text) => decode(text));
  const images = decode(view.data.images, Uint8Array);
  if (W1.length !== D * H || images.length !== D * labels.length) throw new Error("the data are not whole");
  const network = new Live.network([D, H, K], [W1, b1, W2, b2]);
  const MOST = 0.3;

  /* The signs of the gradient of one image's loss by its pixels: dZ W2ᵀ where a neuron is on, times W1ᵀ. */
  const gradientSigns = (x, label) => {
    const { a, p } = network.read(x);
    const dZ = range(K, (k) => p[k] - (k === label));
    const dA = range(H, (j) => (a[j] > 0 ? dZ.reduce((sum, d, k) => sum + d * W2[j * K + k], 0) : 0));
    return range(D, (i) => Math.sign(dA.reduce((sum, d, j) => sum + d * W1[i * H + j], 0)));
  };
  const coinSigns = (seed) => {
    const { uniform } = Live.maths.random(seed);
    return range(D, () => (uniform() < 0.5 ? -1 : 1));
  };
  const argmax = (p) => p.indexOf(Math.max(...p));

  const pictures = element("div", { style: "display: flex; flex-wrap: wrap; gap: 12px; font-size: 14px; text-align: center" });
  view.drawing.append(pictures);
  const [digit, change, sum] = ["the digit", "the signs", "the digit, pushed"].map((label) => {
    const cell = element("div", {}, label);
    pictures.append(cell);
    const picture = canvas(view, { label, shown: 104, parent: cell });
    picture.style.display = "block";
    picture.style.outline = "1px solid var(--live-neutral)";
    return picture;
  });
  const bars = Live.plot(view, { x: { min: -0.5, max: 9.5, ticks: range(10), label: "class" },
    y: { min: 0, max: 1.1, ticks: [0, 0.5, 1], label: "probability" }, most: 360, height: 240 });

  const names = labels.map((label, i) => [String(i), `a ${label}`]);
  let x, label, signs;
  const load = () => {
    const i = Number(which.value);
    label = labels[i];
    x = Float32Array.from(images.subarray(D * i, D * i + D), (grey) => grey / 255);
    signs = kind.value === "chosen" ? gradientSigns(x, label) : coinSigns(i + 1);
  };
  const which = view.select({ label: "digit", options: names, value: String(view.data.shown), changed: () => load() });
  const kind = view.select({ label: "signs", options: [["chosen", "of the gradient"], ["random", "of a coin"]], value: "chosen", changed: () => load() });
  const push = view.slider({ label: "push ε", min: 0, max: MOST, step: 0.005, value: 0.08, format: (e) => e.toFixed(3) });

  const pushed = (e) => x.map((grey, i) => Math.min(1, Math.max(0, grey + e * signs[i])));
  const answer = (e) => argmax(network.read(pushed(e)).p);
  const turn = () => range(Math.round(MOST / 0.005) + 1, (n) => n * 0.005).find((e) => answer(e) !== label);

  view.player({ label: "Push until it turns", pause: 30, step: () => {
    if (push.value >= MOST || answer(push.value) !== label) push.value = 0;
    push.value = Math.round(push.value / 0.005 + 1) * 0.005;
    return push.value < MOST && answer(push.value) === label;
  } });

  const draw = () => {
    const image = pushed(push.value);
    const p = [...network.read(image).p];
    const best = argmax(p);
    ink(digit, x);
    signed(change, signs, 1.5);
    ink(sum, image);
    bars.draw([["bars", [...p.entries()], { colours: range(K, (k) => (k === label ? "forward" : "backward")) }]]);
    const at = turn();
    const turns = at === undefined ? `It would hold until ${MOST}, the end of the slider.` : `The answer turns at ${at.toFixed(3)}.`;
    view.show(`A ${label}, each pixel pushed by ${push.value.toFixed(3)} along the signs ${kind.value === "chosen" ? "of its gradient" : "of a coin"}: `
      + `read as ${best} (${percent(p[best])}). ${turns}`, { label, epsilon: push.value, signs, x: [...x], p, turns: at ?? null });
  };
  load();
  return { draw, reset: load };
});
