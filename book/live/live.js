/* Live figures: each takes the place of a still figure, and gives it back if it fails.

   Live.figure(name, start) says how one begins. start(view) makes its controls and
   drawings, and returns draw, which shows what they are set to; view.data is what
   the page's cells glued. All that a reader moves calls draw. */
const Live = (() => {
  const starts = {};
  const figure = (name, start) => { starts[name] = start; };
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  const range = (n, f = (i) => i) => Array.from({ length: n }, (_, i) => f(i));
  /* Numbers as they are printed: with a minus, not a hyphen, and never parted from their %. */
  const printed = (text) => String(text).replace(/(^|[^\w)])-(?=[\d.])/g, "$1−").replace(/(\d) %/g, "$1\u00a0%");
  const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

  const element = (name, properties = {}, ...children) => {
    const { style, ...others } = properties;
    const node = Object.assign(document.createElement(name), others);
    if (style) node.style.cssText = style;
    node.append(...children);
    return node;
  };

  class View {
    constructor(place, name, data) {
      Object.assign(this, { place, name, data, resets: [], draw: () => {}, reset: () => {} });
      this.drawing = element("div", { className: "live-drawing" });
      this.controls = element("div", { className: "live-controls", role: "group", ariaLabel: "Ask the figure" });
      this.words = element("p", { className: "live-words", role: "status" });
    }

    /* Say in words what is seen, and note the numbers behind it: the tests compare them with Python's. */
    show(words, values = {}) {
      if (this.words.textContent !== printed(words)) this.words.textContent = printed(words);
      this.place.liveValues = values;
    }

    update() {
      this.draw();
    }

    control(label, input, onStartOver) {
      const id = `live-${this.name}-${this.controls.childElementCount}`;
      input.id = id;
      this.controls.append(element("div", { className: "live-control" }, element("label", { htmlFor: id }, label), input));
      this.resets.push(onStartOver);
      return input;
    }

    /* A slider; with log, equal steps of the hand are equal factors. */
    slider({ label, min, max, value, step = "any", log = false, format = (x) => String(+x.toPrecision(3)), changed }) {
      const [into, out] = log ? [Math.log, Math.exp] : [(x) => x, (x) => x];
      const input = element("input", { type: "range" });
      Object.assign(input, { min: into(min), max: into(max), step });
      const output = element("output");
      const slider = {
        input,
        get value() { return this.exact; },
        set value(x) {
          this.exact = Math.min(max, Math.max(min, x));
          input.value = into(this.exact);
          this.say();
        },
        say() {
          output.textContent = printed(format(this.exact));
          input.ariaValueText = output.textContent;
        },
      };
      slider.value = value;
      this.control(label, input, () => { slider.value = value; });
      input.after(output);
      input.addEventListener("input", () => {
        slider.exact = Math.min(max, Math.max(min, out(Number(input.value))));
        slider.say();
        changed?.(slider.exact);
        this.update();
      });
      return slider;
    }

    /* A list to choose from; options are texts, or pairs of a value and a text. */
    select({ label, options, value, changed }) {
      const choices = options.map((option) => [option].flat()).map(([one, text = one]) => element("option", { value: one }, text));
      const input = this.control(label, element("select", {}, ...choices), () => { input.value = value; });
      input.value = value;
      input.addEventListener("change", () => { changed?.(input.value); this.update(); });
      return input;
    }

    checkbox({ label, checked = false }) {
      const input = this.control(label, element("input", { type: "checkbox", checked }), () => { input.checked = checked; });
      input.addEventListener("change", () => this.update());
      return input;
    }

    button(label, pressed) {
      const button = element("button", { type: "button" }, label);
      button.addEventListener("click", () => { pressed(); this.update(); });
      this.controls.append(button);
      return button;
    }

    /* A button that lets step() run until it returns false. Who wants no motion sees the end at once. */
    player({ label = "Play", step, pause = 0 }) {
      let timer = 0;
      const button = this.button(label, () => (timer ? stop() : start()));
      const stop = () => { clearTimeout(timer); timer = 0; button.textContent = label; };
      const go = () => {
        const more = step();
        this.update();
        if (!more) return stop();
        timer = setTimeout(() => requestAnimationFrame(() => timer && go()), pause);
      };
      const start = () => {
        if (still()) { for (let i = 0; i < 1000 && step(); i++); return; }
        button.textContent = "Pause";
        timer = -1;
        go();
      };
      this.resets.push(stop);
      document.addEventListener("visibilitychange", () => { if (document.hidden && timer) stop(); });
    }

    startOver() {
      this.resets.forEach((reset) => reset());
      this.reset();
      this.update();
    }
  }

  const begin = (place) => {
    const picture = document.getElementById(place.dataset.figure);
    try {
      const view = new View(place, place.dataset.live, JSON.parse(place.querySelector("script").textContent));
      if ("here" in place.dataset) place.before(picture);
      place["here" in place.dataset ? "prepend" : "append"](view.drawing);
      place.append(view.controls, view.words);
      place.classList.add("is-live");
      picture.querySelector("figcaption").before(place);
      const made = starts[view.name](view);
      Object.assign(view, typeof made === "function" ? { draw: made } : made);
      view.button("Start over", () => view.startOver());
      view.update();
      if (!("still" in place.dataset)) picture.classList.add("asked");
      new ResizeObserver(() => view.update()).observe(view.drawing);
    } catch (error) {
      place.classList.remove("is-live");
      picture?.classList.remove("asked");
      place.replaceChildren(element("p", { className: "live-failed" },
        `This figure cannot be asked here, since its data or its script did not arrive whole (${error.message}).`));
    }
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".live").forEach(begin));
  return { figure, element, still, range, printed, percent };
})();
