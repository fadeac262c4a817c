/* Needs: live.js, plot.js, pixels.js, network.js, images.js, find-digits.js */
/* Drop a photo: its digits are found as find_digits finds them, and a network reads each. Nothing leaves the page. */
Live.figure("photo", (view) => {
  const { element, range, plot: { node } } = Live;
  const { sizes, params, scales, photo } = view.data;    // params: whole numbers from -127 to 127, to be multiplied by the scales
  const network = new Live.network(sizes, params.map((text, n) => Array.from(Live.pixels.decode(text, Int8Array), (w) => scales[n] * w)));
  const canvas = element("canvas", { width: 0, height: 0, ariaHidden: "true" });
  const boxes = node("svg", { role: "img", "aria-label": "The photograph, with a box around each piece of ink and what is read in it" });
  const zone = element("div", { className: "live-photo" }, canvas, boxes, element("p", {}, "Drop a photograph of digits here, or choose one below."));
  view.drawing.append(zone);
  const input = view.control("your photograph", element("input", { type: "file", accept: "image/*" }), () => { input.value = ""; });
  const seen = view.checkbox({ label: "show what the network sees" });

  /* What is shown: a picture in grey, what is found on it, what is read there, and all that in words. */
  let shown = { words: "The photograph is on its way." }, example = shown, turn = 0, drawn;
  const show = (what) => { shown = what; view.update(); };

  const reading = (name, grey, found) => {
    const P = found.X.map((x) => [...network.read(x).p]), texts = P.map((p, i) => Live.findDigits.reading(p, found.marks[i]));
    const places = found.lines.map((line, i) => `line ${line + 1}, place ${1 + i - found.lines.indexOf(line)}`);
    const unsure = range(texts.length).filter((i) => texts[i].includes("?")), lines = [...new Set(found.lines)];
    const said = lines.map((line) => `line ${line + 1}: ${texts.filter((_, i) => found.lines[i] === line).map((text) => text.split(" ")[0]).join(" ")}`);
    const doubts = unsure.length ? `Unsure: ${unsure.map((i) => `${places[i]}: ${texts[i]}`).join("; ")}.` : "It is sure of all.";
    return { ...found, name, grey, P, texts, words: `${name}: ${found.why ? `nothing is read, ${found.why}.` : `${said.join("; ")}. ${doubts}`}` };
  };
  const read = async (file) => {
    const mine = (turn += 1), { name } = file;
    show({ name, grey: shown.grey, words: `${name}: it is being read …` });
    const picture = await createImageBitmap(file).catch(() => null);
    if (turn !== mine) return;
    if (!picture) return show({ name, words: `${name} is not a picture that this browser can read, such as a JPEG or PNG.` });
    const grey = Live.findDigits.shades(picture), steps = Live.findDigits(grey);
    picture.close();
    for (let step = steps.next(); turn === mine; step = steps.next()) {
      if (step.done) return show(reading(name, grey, step.value));
      await new Promise((go) => setTimeout(go));         // the page stays usable meanwhile
    }
  };
  input.addEventListener("change", () => { if (input.files.length) read(input.files[0]); });
  for (const kind of ["dragover", "dragleave", "drop"]) zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    input.value = "";
    read(event.dataTransfer.files[0]);
  });

  const made = element("img", { src: photo.url });       // it is read before the page is complete
  made.addEventListener("load", () => {
    const grey = Live.findDigits.shades(made), steps = Live.findDigits(grey);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const waiting = shown === example;
    example = reading(photo.name, grey, step.value);
    if (waiting) show(example);
  });
  made.addEventListener("error", () => show(example = { words: "The page's own photograph did not arrive whole; yours can be read." }));

  const paint = ({ grey, boxes: places = [], X }) => {
    Object.assign(canvas, { width: grey?.width ?? 0, height: grey?.height ?? 0 });
    boxes.setAttribute("viewBox", `0 0 ${canvas.width} ${canvas.height}`);
    if (!grey) return;
    Live.pixels.paint(canvas, grey.values.map((light) => (seen.checked ? 0 : 1 - light)));
    const context = canvas.getContext("2d"), small = element("canvas", { width: 28, height: 28 });
    Object.assign(context, { imageSmoothingEnabled: false, globalCompositeOperation: "multiply" });
    if (seen.checked) places.forEach(([top, left, h, w], i) => {
      const side = 1.4 * Math.max(h, w);                 // 28 pixels for 20
      Live.pixels.paint(small, X[i]);
      context.drawImage(small, left + (w - side) / 2, top + (h - side) / 2, side, side);
    });
  };
  const piece = ([y, x, height, width], text, pixel) => {
    const size = Math.max(10 * pixel, Math.min(15 * pixel, 0.3 * height)), rect = (name) => node("rect", { x, y, width, height, class: name });
    const [digit, share] = text.split(" "), small = node("tspan", { class: "live-small" }, digit === "?" ? "" : ` ${share}%`);
    return node("g", { class: text.includes("?") ? "is-unsure" : "" }, node("title", {}, Live.printed(text)), rect("live-halo"), rect(""),
      node("text", { x, y: Math.max(size, y - size / 4), style: `font-size: ${size}px` }, digit, small));
  };
  const draw = () => {
    const state = [shown, seen.checked], { grey, words, boxes: places = [], texts = [], X = [], name = "", lines, marks, P, why } = shown;
    if (state.some((each, i) => each !== drawn?.[i])) paint(shown);
    drawn = state;
    boxes.replaceChildren(...places.map((box, i) => piece(box, texts[i], canvas.width / (zone.clientWidth || canvas.width))));
    view.show(words + (grey && seen.checked ? " What you see is what the network sees: each digit in MNIST's form." : ""),
      { name, seen: seen.checked, boxes: places, lines, marks, texts, P, X: X.map((x) => [...x]), why, size: [canvas.height, canvas.width] });
  };
  return { draw, reset: () => { turn += 1; shown = example; } };
});
