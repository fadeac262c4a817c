/* Needs: live.js */
/* Axes with lines, points, bars and texts, as SVG in the page's own colours.

   Live.plot(view, {label, x: {min, max, log, label, ticks}, y: {...}}) makes one, as wide as
   there is room; .draw(marks) draws anew: [["line", points, {colour, dashed, width}], ...]. */
Live.plot = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const node = (name, attributes = {}, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const colour = (name = "neutral") => (/^[a-z-]+$/.test(name) ? `var(--live-${name}, ${name})` : name);

  const dashes = (dashed) => (dashed === true ? "6 4" : dashed || undefined);

  /* Round numbers between two, some `wanted` of them. */
  const ticksOf = ({ min, max, log, ticks }, wanted) => {
    if (ticks) return ticks;
    if (log) {
      const first = Math.ceil(Math.log10(min) - 1e-9);
      const powers = Live.range(Math.floor(Math.log10(max) + 1e-9) - first + 1, (i) => 10 ** (first + i));
      return powers.filter((_, i) => i % Math.ceil(powers.length / wanted) === 0);
    }
    const rough = (max - min) / wanted;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
    const first = Math.ceil(min / step - 1e-9);
    return Live.range(Math.floor(max / step + 1e-9) - first + 1, (i) => +((first + i) * step).toPrecision(12));
  };
  const written = (x) => (Math.abs(x) >= 1e5 || (x && Math.abs(x) < 1e-3) ? x.toExponential(0).replace("e+", "e") : String(+x.toPrecision(6)));

  class Plot {
    constructor(view, { x, y, label = `${y.label} by ${x.label}`, height = 260, most = 640, least = 240, equal = false, margins = {} }) {
      Object.assign(this, { view, x: { ...x }, y: { ...y }, most, equal, height });
      this.margins = { left: y.label ? 52 : 36, right: 12, top: 12, bottom: x.label ? 42 : 26, ...margins };
      this.box = Live.element("div", { className: "live-plot", style: `flex: 1 1 ${least}px; max-width: ${most}px` });
      this.svg = node("svg", { role: "img", "aria-label": label });
      this.box.append(this.svg);
      view.drawing.append(this.box);
    }

    /* Where a number stands on paper, and which number stands at a place. */
    scale(axis, value) {
      const { min, max, log } = this[axis];
      const part = log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
      return axis === "x" ? this.margins.left + part * this.inner.width : this.margins.top + (1 - part) * this.inner.height;
    }

    unscale(axis, place) {
      const { min, max, log } = this[axis];
      const part = axis === "x" ? (place - this.margins.left) / this.inner.width : 1 - (place - this.margins.top) / this.inner.height;
      return log ? min * (max / min) ** part : min + part * (max - min);
    }

    at([x, y]) {
      return [this.scale("x", x), this.scale("y", y)];
    }

    measure() {
      const { left, right, top, bottom } = this.margins;
      const width = Math.max(200, this.box.clientWidth || this.most);
      const inner = { width: width - left - right, height: this.height - top - bottom };
      if (this.equal) inner.height = inner.width * (this.y.max - this.y.min) / (this.x.max - this.x.min);
      this.inner = inner;
      const height = inner.height + top + bottom;
      for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) this.svg.setAttribute(key, value);
    }

    draw(marks) {
      this.measure();
      this.svg.replaceChildren(...this.axes(), ...this.made(marks));
    }

    made(marks) {
      return marks.filter(Boolean).map(([kind, ...rest]) => this[kind](...rest));
    }

    /* Marks that are cut off at the frame: ["inside", marks]. */
    inside(marks) {
      const { left: x, top: y } = this.margins;
      return node("svg", { x, y, ...this.inner, viewBox: `${x} ${y} ${this.inner.width} ${this.inner.height}` }, ...this.made(marks));
    }

    axes() {
      const { left, top } = this.margins;
      const { width, height } = this.inner;
      const made = [];
      for (const [axis, wanted] of [["x", Math.max(3, Math.round(width / 75))], ["y", Math.max(3, Math.round(height / 45))]]) {
        for (const tick of this[axis].hidden ? [] : ticksOf(this[axis], wanted)) {
          const place = this.scale(axis, tick);
          const line = axis === "x" ? { x1: place, x2: place, y1: top, y2: top + height } : { x1: left, x2: left + width, y1: place, y2: place };
          const text = axis === "x" ? { x: place, y: top + height + 16, "text-anchor": "middle" } : { x: left - 6, y: place + 4, "text-anchor": "end" };
          made.push(node("line", { class: "live-grid", ...line }), node("text", text, Live.printed((this[axis].format ?? written)(tick))));
        }
      }
      made.push(node("path", { class: "live-axis", d: `M${left},${top}V${top + height}H${left + width}` }));
      if (this.x.label) made.push(node("text", { x: left + width / 2, y: top + height + 36, "text-anchor": "middle" }, this.x.label));
      if (this.y.label) made.push(node("text", { transform: `translate(13 ${top + height / 2}) rotate(-90)`, "text-anchor": "middle" }, this.y.label));
      return made;
    }

    clipped(value, axis) {
      return Math.min(this[axis].max, Math.max(this[axis].min, value));
    }

    line(points, { colour: name, dashed, width = 2, close } = {}) {
      const d = points.map((point) => this.at(point).map((x) => x.toFixed(2)).join(",")).join("L");
      return node("path", { d: d && `M${d}${close ? "Z" : ""}`, fill: "none", stroke: colour(name), "stroke-width": width,
        "stroke-dasharray": dashes(dashed), "stroke-linejoin": "round" });
    }

    area(points, { colour: name, opacity = 0.25 } = {}) {
      return node("path", { d: `M${points.map((point) => this.at(point).join(",")).join("L")}Z`, fill: colour(name), "fill-opacity": opacity });
    }

    points(points, { colour: name, size = 4, opacity = 1, hollow } = {}) {
      return node("g", { fill: hollow ? "none" : colour(name), stroke: hollow ? colour(name) : "none", "stroke-width": 2, "fill-opacity": opacity },
        ...points.map((point) => this.at(point)).map(([cx, cy]) => node("circle", { cx, cy, r: size })));
    }

    /* A whole line at a height or at a place; and an entry of a legend, which begins at a point. */
    level(y, look = {}) {
      return this.line([[this.x.min, y], [this.x.max, y]], { width: 1, ...look });
    }

    upright(x, look = {}) {
      return this.line([[x, this.y.min], [x, this.y.max]], { width: 1, ...look });
    }

    key(point, name, look = {}) {
      const [x, y] = this.at(point);
      const line = node("path", { d: `M${x},${y}h22`, stroke: colour(look.colour), "stroke-width": look.width ?? 2, "stroke-dasharray": dashes(look.dashed) });
      return node("g", {}, line, this.text(point, name, { dx: 28, dy: 4 }));
    }

    /* Bars from base to y, each of the given width, in the units of x. */
    bars(points, { colour: name, colours, width = 0.8, base = 0, outline } = {}) {
      return node("g", {}, ...points.map(([x, y], i) => {
        const [x1, x2] = [this.scale("x", x - width / 2), this.scale("x", x + width / 2)];
        const [y1, y2] = [this.scale("y", Math.max(y, base)), this.scale("y", Math.min(y, base))];
        const paint = colour(colours?.[i] ?? name);
        return node("rect", { x: x1, y: y1, width: x2 - x1, height: Math.max(0.5, y2 - y1),
          fill: outline ? "none" : paint, stroke: outline ? paint : "none", "stroke-width": 1.5 });
      }));
    }

    arrow(from, to, { colour: name, width = 2 } = {}) {
      const [[x1, y1], [x2, y2]] = [this.at(from), this.at(to)];
      const angle = Math.atan2(y2 - y1, x2 - x1);
      const wing = (turn) => `${x2 - 8 * Math.cos(angle + turn)},${y2 - 8 * Math.sin(angle + turn)}`;
      return node("path", { d: `M${x1},${y1}L${x2},${y2}M${wing(0.5)}L${x2},${y2}L${wing(-0.5)}`, fill: "none", stroke: colour(name), "stroke-width": width });
    }

    text([x, y], content, { colour: name = "text", anchor = "start", dx = 0, dy = 0, bold } = {}) {
      const [left, top] = this.at([x, y]);
      return node("text", { x: left + dx, y: top + dy, "text-anchor": anchor, style: `fill: ${colour(name)}; font-weight: ${bold ? 700 : 400}` }, Live.printed(content));
    }

    /* Let a finger, a pen or the mouse move something: moved(x, y), in the axes' numbers. */
    drag(moved) {
      this.svg.classList.add("live-drag");
      const follow = (event) => {
        const box = this.svg.getBoundingClientRect();
        moved(this.clipped(this.unscale("x", event.clientX - box.left), "x"), this.clipped(this.unscale("y", event.clientY - box.top), "y"));
        this.view.update();
      };
      this.svg.addEventListener("pointerdown", (event) => { this.svg.setPointerCapture(event.pointerId); follow(event); event.preventDefault(); });
      this.svg.addEventListener("pointermove", (event) => { if (this.svg.hasPointerCapture(event.pointerId)) follow(event); });
    }
  }

  return Object.assign((...settings) => new Plot(...settings), { node, colour });
})();
