/* Needs: live.js */
/* Images: arrays out of the page's data, painted on a canvas; and a drawing brought into MNIST's form. */
Live.pixels = (() => {
  /* An array of float32 or of bytes, from base64. */
  const decode = (text, Kind = Float32Array) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Kind(bytes.buffer);
  };

  const canvas = (view, { label, size = 28, shown = 112, parent = view.drawing }) => {
    const made = Live.element("canvas", { width: size, height: size, role: "img", ariaLabel: label, style: `width: ${shown}px; height: ${shown}px` });
    parent.append(made);
    return made;
  };

  /* The colours of numbers from -1 to 1: three stops, and what lies between them. */
  const palette = (low, middle, high) => {
    const colours = new Uint8ClampedArray(3 * 511);
    for (let i = -255; i <= 255; i++) {
      const end = i > 0 ? high : low;
      for (let c = 0; c < 3; c++) colours[3 * (i + 255) + c] = middle[c] + (Math.abs(i) / 255) * (end[c] - middle[c]);
    }
    return colours;
  };
  const NIGHT = [11, 27, 43];
  const PAPER = palette([0, 0, 0], [255, 255, 255], [0, 0, 0]);                 // ink on paper
  const SIGNED = palette([213, 94, 0], [255, 255, 255], [0, 114, 178]);         // orange holds back, blue excites
  const INK_AT_NIGHT = palette([255, 157, 69], NIGHT, [242, 246, 250]);         // as on the cover
  const SIGNED_AT_NIGHT = palette([255, 157, 69], NIGHT, [86, 180, 233]);

  /* Paint n = width x height numbers, those of start, start + step, ...; limit has the full colour. */
  const paint = (canvas, values, { limit = 1, colours = PAPER, start = 0, step = 1 } = {}) => {
    const context = canvas.getContext("2d");
    const image = context.createImageData(canvas.width, canvas.height);
    for (let i = 0, from = start; 4 * i < image.data.length; i++, from += step) {
      const at = 3 * (255 + Math.round(255 * Math.max(-1, Math.min(1, values[from] / limit || 0))));
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = colours[at + c];
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  };
  const ink = (canvas, values) => paint(canvas, values);
  const signed = (canvas, values, limit) => paint(canvas, values, { limit, colours: SIGNED });

  /* A drawing's ink (rows of a width, 0 to 1) in MNIST's form: its box scaled to 20 pixels, each the mean
     of what it covers, and its centre of mass at (14, 14), as all of MNIST has it. null if there is no ink. */
  const inMnistsForm = (values, side) => {
    const inked = [...values.keys()].filter((i) => values[i] > 0.05);
    if (!inked.length) return null;
    const ends = (places) => places.reduce(([least, most], i) => [Math.min(least, i), Math.max(most, i)], [Infinity, 0]);
    const [top, bottom] = ends(inked.map((i) => Math.floor(i / side)));
    const [left, right] = ends(inked.map((i) => i % side));
    const [height, width] = [bottom - top + 1, right - left + 1];
    const small = area(values, side, [top, left, height, width], 20 / Math.max(height, width));
    const total = small.values.reduce((sum, value) => sum + value, 0);
    const centre = (along) => small.values.reduce((sum, value, i) => sum + value * along(i), 0) / total;
    const down = Math.round(14 - centre((i) => Math.floor(i / small.width)));
    const across = Math.round(14 - centre((i) => i % small.width));
    const image = new Float32Array(784);
    small.values.forEach((value, i) => {
      const [r, c] = [Math.floor(i / small.width) + down, (i % small.width) + across];
      if (r >= 0 && r < 28 && c >= 0 && c < 28) image[28 * r + c] = Math.min(1, value);
    });
    return image;
  };

  /* A box of an image in another size: each new pixel is the mean of 8 x 8 places in what it covers. */
  const area = (values, side, [top, left, height, width], scale) => {
    const [rows, columns] = [height, width].map((length) => Math.max(1, Math.round(length * scale)));
    const places = (n, start, length) => Live.range(8 * n, (i) => Math.floor(start + ((i + 0.5) * length) / (8 * n)));
    const made = new Float32Array(rows * columns);
    places(rows, top, height).forEach((r, i) => places(columns, left, width).forEach((c, j) => {
      made[columns * (i >> 3) + (j >> 3)] += values[side * r + c] / 64;
    }));
    return { values: made, width: columns };
  };

  return { decode, canvas, paint, ink, signed, inMnistsForm, INK_AT_NIGHT, SIGNED_AT_NIGHT };
})();
