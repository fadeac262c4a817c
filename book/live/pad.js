/* Needs: live.js */
/* A canvas to write on, with a mouse, a finger, a pen, or the arrow keys (with Shift they write).

   Live.pad(canvas, {changed, cleared}) -> {ink(), clear(), pen}: ink() is an array of SIDE x SIDE numbers
   from 0 to 1; cleared() is called before the first stroke on a pad that is not in use. */
Live.pad = (() => {
  const SIDE = 112;
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  return (canvas, { changed, cleared }) => {
    canvas.width = canvas.height = SIDE;
    canvas.tabIndex = 0;
    canvas.classList.add("live-pad");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const pad = { pen: 9, used: false, side: SIDE };
    let last = null;

    const stroke = (x, y) => {
      if (!pad.used) { cleared(); pad.clear(); pad.used = true; }
      const [x0, y0] = last ?? [x, y];
      Object.assign(context, { lineWidth: pad.pen, lineCap: "round", lineJoin: "round", strokeStyle: "#f2f6fa" });
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x + (x0 === x && y0 === y ? 0.01 : 0), y);  // a tap is a dot
      context.stroke();
      last = [x, y];
      changed();
    };

    pad.clear = () => { context.clearRect(0, 0, SIDE, SIDE); pad.used = false; };
    pad.ink = () => {
      const { data } = context.getImageData(0, 0, SIDE, SIDE);
      return Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3] / 255);
    };

    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      last = null;
      stroke(...place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(...place(each));
    });

    const cursor = [SIDE / 2, SIDE / 3];
    canvas.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way) return;
      event.preventDefault();
      last = [...cursor];
      way.forEach((w, i) => { cursor[i] = Math.min(SIDE - 6, Math.max(6, cursor[i] + 4 * w)); });
      canvas.style.setProperty("--pen-x", `${(100 * cursor[0]) / SIDE}%`);
      canvas.style.setProperty("--pen-y", `${(100 * cursor[1]) / SIDE}%`);
      if (event.shiftKey) stroke(...cursor);
    });
    return pad;
  };
})();
