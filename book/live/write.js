/* Needs: live.js, plot.js, maths.js, pixels.js, network.js, pad.js, trainer.js */
/* Write a digit, and see a network read it; or train another one here, and let that read it. */
Live.figure("write", (view) => {
  const { decode, paint, inMnistsForm, INK_AT_NIGHT, SIGNED_AT_NIGHT } = Live.pixels;
  const { element, range, percent } = Live;
  const { sizes, params, images, labels, lr } = view.data;
  const trained = new Live.network(sizes, params.map((values) => decode(values)));
  const examples = decode(images, Uint8Array);
  if (examples.length !== 784 * labels.length) throw new Error("the examples are not whole");
  const EPOCHS = 10, FULL = 0.33;  // FULL: the weight that has the full colour, as on the cover

  // What is seen: the pad, the thirty neurons, the ten answers, and wires between them.
  const night = element("div", { className: "live-night" });
  const left = element("div", { className: "live-hand" });
  const neurons = element("div", { className: "live-neurons", role: "img",
    ariaLabel: "The weights of the hidden neurons: blue where ink excites one, orange where it holds it back; those that respond are bright and framed" });
  const answers = element("ol", { className: "live-answers" });
  const wires = Live.plot.node("svg", { class: "live-wires", "aria-hidden": true });
  night.append(left, neurons, answers, wires);
  view.drawing.append(night);
  const sheet = element("canvas", { role: "application", ariaLabel: "Write a digit here", ariaDescription: "The arrow keys move the pen, with Shift they write." });
  const seen = element("canvas", { width: 28, height: 28, role: "img", ariaLabel: "What the network sees: 28 by 28 pixels", style: "width: 56px" });
  left.append(sheet, element("div", { className: "live-note" }, "Write here. What the network sees of it:", seen));
  const weights = range(sizes[1], () => element("canvas", { width: 28, height: 28 }));
  neurons.append(...weights);
  const bars = range(10, (k) => {
    const [bar, share] = [element("span", { className: "live-bar" }), element("span", { className: "live-share" })];
    answers.append(element("li", {}, element("b", {}, String(k)), bar, share));
    return { bar, share };
  });
  const curve = Live.plot(view, { height: 190, x: { min: 0, max: EPOCHS, label: "epoch" }, y: { min: 0, max: 1, label: "read right" } });
  view.place.append(curve.box);  // below the words: it moves nothing that is in use

  let network, x, example, trainer, running, failure, turn = 0;

  const pad = Live.pad(sheet, {
    cleared: () => { example = undefined; },
    changed: () => { x = inMnistsForm(pad.ink(), pad.side); view.update(); },
  });
  const showExample = (n) => {
    pad.clear();
    example = n;
    x = Float32Array.from(examples.subarray(784 * n, 784 * n + 784), (value) => value / 255);
  };
  const clear = () => { pad.clear(); x = null; example = undefined; };

  view.button("Clear", clear);
  view.button("A digit it has never seen", () => showExample(((example ?? 0) + 1) % labels.length));
  const pen = view.select({ label: "pen", options: [["6", "thin"], ["9", "medium"], ["14", "thick"]], value: "9", changed: () => { pad.pen = Number(pen.value); } });
  const train = view.button("Train a fresh one here", () => (running ? stop() : start()));
  const afresh = () => { trainer = undefined; stop(); };  // with other settings another network is trained
  const rate = view.select({ label: "learning rate", changed: afresh, options: ["0.01", "0.05", String(lr), "0.5", "1", "10"], value: String(lr) });
  const batch = view.select({ label: "batch size", changed: afresh, options: ["8", "32", "128"], value: "32" });

  const stop = () => {
    running = undefined;
    turn += 1;
    train.textContent = trainer ? "Go on training" : "Train a fresh one here";
  };

  const start = async () => {
    const mine = (turn += 1);
    train.textContent = Live.still() ? "Stop training" : "Pause";
    running = "waiting";
    try {
      const digits = await Live.trainer.digits();
      if (turn !== mine) return;
      if (!trainer || trainer.broken) trainer = new Live.trainer.Trainer(digits, Date.now());
      network = trainer.network;
      running = EPOCHS * (Math.floor(trainer.epochs / EPOCHS) + 1);
      const go = () => {
        if (turn !== mine) return;
        const more = trainer.slice({ lr: Number(rate.value), batchSize: Number(batch.value), until: running });
        if (!more) stop();
        if (!more || !Live.still()) view.update();
        if (more) requestAnimationFrame(go);
      };
      requestAnimationFrame(go);
    } catch (error) {
      failure = `It cannot be trained here: ${error.message}.`;
      stop();
      view.update();
    }
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden && running) { stop(); view.update(); } });

  /* What each neuron says for a digit (blue) or against it (orange), where the answers stand beside the neurons. */
  const drawWires = (a, p) => {
    const beside = answers.offsetLeft > neurons.offsetLeft;
    const votes = p && beside ? network.params[2].map((weight, i) => a[Math.floor(i / 10)] * weight) : [];
    const most = votes.reduce((so, vote) => Math.max(so, Math.abs(vote)), 0);
    wires.replaceChildren(...[...votes.keys()].filter((i) => Math.abs(votes[i]) > 0.12 * most).map((i) => {
      const [from, to] = [weights[Math.floor(i / 10)], answers.children[i % 10]];
      const part = Math.abs(votes[i]) / most;
      return Live.plot.node("line", { x1: from.offsetLeft + from.offsetWidth, y1: from.offsetTop + from.offsetHeight / 2,
        x2: to.offsetLeft - 4, y2: to.offsetTop + to.offsetHeight / 2,
        stroke: votes[i] > 0 ? "#56b4e9" : "#ff9d45", "stroke-opacity": 0.15 + 0.6 * part, "stroke-width": 0.6 + 2.4 * part });
    }));
  };

  const answer = (p) => {
    if (!p) return "Write a digit, with a finger, a pen or the mouse.";
    const [first, second] = [...p.keys()].sort((j, k) => p[k] - p[j]);
    const truth = example === undefined ? "" : ` It is a ${labels[example]}.`;
    const [one, other] = [first, second].map((k) => `${k} (${percent(p[k])})`);
    if (p[first] < 0.6) return `It is not sure: ${one} or ${other}?${truth}`;
    return `It reads ${one}${p[first] < 0.95 ? `, perhaps ${other}` : ""}.${truth}`;
  };
  const progress = () => {
    if (!trainer) return running ? " The training digits are on their way." : "";
    if (trainer.broken) return " Its numbers have grown without limit: a smaller rate is needed.";
    const { epochs, accuracy, dead } = trainer;
    const p = x && trained.read(x).p;
    const first = p ? ` The page's own network reads ${p.indexOf(Math.max(...p))}.` : "";
    const killed = dead === sizes[1] ? " All its neurons are dead, so its answer has nothing to do with the digit: the steps were too long." : dead > sizes[1] / 2 ? ` ${dead} of its ${sizes[1]} neurons are dead: the steps were too long.` : "";
    return ` The fresh network, after ${epochs.toFixed(1)} epochs: ${percent(accuracy)} of 1,000 others read right.${killed}${first}`;
  };

  const draw = () => {
    const { a, p } = x ? network.read(x) : { a: new Float32Array(sizes[1]), p: null };
    paint(seen, x ?? new Float32Array(784), { colours: INK_AT_NIGHT });
    sheet.style.setProperty("--example", pad.used || !x ? "none" : `url(${seen.toDataURL()})`);
    const most = Math.max(...a) || 1;
    weights.forEach((image, j) => {
      paint(image, network.params[0], { limit: FULL, colours: SIGNED_AT_NIGHT, start: j, step: sizes[1] });
      image.style.opacity = p ? 0.25 + 0.75 * Math.sqrt(a[j] / most) : 0.6;
      image.style.outlineColor = `rgb(242 246 250 / ${p && a[j] > 0 ? 0.35 + 0.65 * (a[j] / most) : 0.12})`;
    });
    const best = p && p.indexOf(Math.max(...p));
    bars.forEach(({ bar, share }, k) => {
      bar.style.width = `${p ? 60 * p[k] : 0}%`;
      share.textContent = p && p[k] >= 0.01 ? percent(p[k]) : "";
      bar.parentElement.classList.toggle("is-best", k === best);
    });
    drawWires(a, p);
    curve.box.hidden = !trainer;
    if (trainer) {
      curve.x.max = EPOCHS * Math.max(1, Math.ceil(trainer.epochs / EPOCHS));
      curve.draw([["line", trainer.curve, { colour: "validation" }], ["points", trainer.curve.slice(-1), { colour: "validation" }]]);
    }
    view.show(failure ?? answer(p) + progress(), { x: x && [...x], a: [...a], p: p && [...p], epochs: trainer?.epochs ?? 0, accuracy: trainer?.accuracy ?? null, dead: trainer?.dead ?? null });
  };

  const reset = () => {
    trainer = failure = undefined;
    stop();
    network = trained;
    pad.pen = 9;
    if (!pad.used) showExample(0);  // what is written stays
  };
  reset();
  return { draw, reset };
});
