/* Needs: live.js, pixels.js, images.js */
/* The digits on a photograph: handwriting.py and doubts.py of the package, function by function.

   Live.findDigits(grey) is a generator, which yields between its steps, so that a page can breathe, and returns at its
   end {X, boxes, lines, marks, why}: images of 784 pixels in reading order, the box and the line of each, what is odd
   about it for a digit, and why there are none. .shades(picture) makes grey of what a canvas can draw; .reading(p, mark)
   says what a network's p (10) reads in a piece. */
Live.findDigits = (() => {
  const LENGTH = 1600, FAINTEST = 0.1, THINNEST = 0.07, DARKEST = 0.1, SURE = 0.8;    // as in the package
  const { range } = Live;
  const { sum, extremes, quantile, median, image, longest, from, cut, pad, around } = Live.images;
  const { reduce, enlarge, gaussian, dilate, close, distance, steps, label } = Live.images;

  function* findDigits(grey) {
    const dark = inkIsDark(grey) ? grey : from(grey, (i) => 1 - grey.values[i]);
    yield;
    const under = paper(dark), ink = inkOf(dark, under);
    yield;
    const { labels, boxes: unordered } = whole(yield* pieces(ink));
    const order = readingOrder(unordered), lines = order.flatMap((line, n) => line.map(() => n)), X = [];
    for (const k of order.flat()) {
      const { values, width } = thickEnough(cutOut(ink, labels, 1 + k, unordered[k]));
      X.push(Live.pixels.inMnistsForm(values, width));
      yield;
    }
    const boxes = order.flat().map((k) => unordered[k]);
    return { X, boxes, lines, marks: oddness(X, boxes, under), why: X.length ? "" : reason(grey, ink) };
  }

  /* Grey, its longer side at most LENGTH; what is transparent is white. */
  const shades = (picture) => {
    const scale = Math.min(1, LENGTH / longest(picture));
    const [width, height] = [picture.width, picture.height].map((length) => Math.max(1, Math.round(scale * length)));
    const size = { width, height };
    const context = Live.element("canvas", size).getContext("2d", { willReadFrequently: true });
    Object.assign(context, { imageSmoothingQuality: "high", fillStyle: "white" });
    context.fillRect(0, 0, width, height);
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return from(size, (i) => ((19595 * data[4 * i] + 38470 * data[4 * i + 1] + 7471 * data[4 * i + 2] + 32768) >> 16) / 255);
  };

  const coarse = (grey) => reduce(grey, Math.ceil(longest(grey) / 200));
  const inkIsDark = (grey) => {
    const small = coarse(grey), even = gaussian(small, longest(small) / 8);
    return sum(small.values.map((value, i) => (value - even.values[i]) ** 3)) <= 0;
  };
  const paper = (grey) => {
    const small = coarse(grey), side = Math.max(9, Math.floor(Math.min(small.width, small.height) / 4) | 1);
    return enlarge(close(small, side), grey);
  };
  const inkOf = (grey, under) => {
    const ink = from(grey, (i) => (under.values[i] - grey.values[i]) / (under.values[i] + 0.05)), most = median(ink.values);
    return from(ink, (i) => Math.max(ink.values[i] - most, 0));
  };

  const otsu = (values) => {
    const [low, high] = extremes(values), [least, most] = low < high ? [low, high] : [low - 0.5, high + 0.5];
    const edge = (i) => least + (i * (most - least)) / 256, middle = (i) => (edge(i) + edge(i + 1)) / 2;
    const counts = new Float64Array(256), n = values.length;
    for (const value of values) counts[Math.min(255, Math.floor((256 * (value - least)) / (most - least)))] += 1;
    const total = sum(counts.map((count, i) => count * middle(i)));
    let below = 0, sums = 0;
    const variance = range(255, (i) => {
      below += counts[i];
      sums += counts[i] * middle(i);
      return (total * below - n * sums) ** 2 / Math.max(below * (n - below), 1);
    });
    return edge(1 + variance.indexOf(Math.max(...variance)));
  };
  const levels = (values) => {
    const [first, ...others] = range(3, () => {
      const level = values.length ? otsu(values) : Infinity;
      values = values.filter((value) => value > level);
      return level;
    });
    return [first / 2, first, ...others].filter(Number.isFinite);
  };
  function* pieces(ink) {
    const soft = gaussian(ink, longest(ink) / 1000);
    let best = { labels: new Int32Array(ink.values.length), boxes: [] }, most = 0.7;
    for (const level of levels(soft.values.filter((value) => value > FAINTEST))) {
      const { labels, boxes, areas } = label(soft, Math.max(level, FAINTEST)), fits = mayBeDigits(boxes, ink);
      const like = areas.filter((_, i) => fits(boxes[i])), share = sum(like) / Math.max(sum(areas), 1);
      if (share > 1.03 * most) {
        const least = 0.03 * median(like);                // what is smaller is a speck
        [best, most] = [keep({ labels, boxes }, (_, i) => areas[i] > least), share];
      }
      yield;
    }
    return best;
  }

  const keep = ({ labels, boxes }, wanted) => {
    const kept = boxes.filter(wanted), number = Int32Array.of(0, ...boxes.map((box) => 1 + kept.indexOf(box)));
    return { labels: labels.map((n) => number[n]), boxes: kept };
  };
  const typicalHeight = (boxes) => {
    const heights = boxes.map((box) => box[2]).sort((a, b) => a - b), half = sum(heights) / 2;
    let total = 0;
    return heights.find((height) => (total += height) >= half) ?? 0;
  };
  const atEdge = ([top, left, h, w], { width, height }) => top === 0 || left === 0 || top + h === height || left + w === width;
  const mayBeDigits = (boxes, ink) => {
    const may = (box) => Math.max(box[2], box[3]) >= Math.max(8, longest(ink) / 100) && !atEdge(box, ink), size = typicalHeight(boxes.filter(may));
    return (box) => may(box) && Math.abs(box[2] - size) < 0.5 * size && box[3] < 2 * size;
  };
  const partsOfOne = (boxes) => {
    const size = typicalHeight(boxes), digit = range(boxes.length);
    boxes.forEach((box, i) => {
      if (box[2] >= 0.7 * size) return;
      let nearest = Infinity, own = digit[i], into = own;
      boxes.forEach((other, j) => {
        if (digit[j] === own) return;
        const [apart, across] = [0, 1].map((axis) => Math.max(box[axis], other[axis]) - Math.min(box[axis] + box[axis + 2], other[axis] + other[axis + 2]));
        const near = -across >= 0.4 * Math.min(box[3], other[3]) && around(box, other)[2] < 1.5 * size;
        if (near && apart < nearest) [nearest, into] = [apart, digit[j]];
      });
      digit.forEach((each, j) => { if (each === own) digit[j] = into; });
    });
    const own = [...new Set(digit)].sort((a, b) => a - b);
    return digit.map((each) => own.indexOf(each));
  };
  const whole = ({ labels, boxes }) => {
    const digit = partsOfOne(boxes), number = Int32Array.of(0, ...digit.map((own) => own + 1));
    const joined = range(Math.max(-1, ...digit) + 1, (own) => boxes.filter((_, i) => digit[i] === own).reduce(around));
    const least = Math.max(8, 0.4 * typicalHeight(joined));
    return keep({ labels: labels.map((n) => number[n]), boxes: joined }, (box) => box[2] >= least);
  };
  const readingOrder = (boxes) => {
    const middles = boxes.map(([top, , h]) => top + h / 2), size = typicalHeight(boxes), lines = [];
    const across = ([, left, , w]) => left + w / 2, mean = (line) => sum(line.map((i) => middles[i])) / line.length;
    for (const i of range(boxes.length).sort((j, k) => across(boxes[j]) - across(boxes[k]))) {
      const far = lines.map((line) => Math.abs(middles[line[line.length - 1]] - middles[i])), least = Math.min(...far);
      (least < 0.7 * size ? lines[far.indexOf(least)] : lines[lines.push([]) - 1]).push(i);
    }
    return lines.sort((one, other) => mean(one) - mean(other));
  };

  const cutOut = (ink, labels, number, [top, left, h, w]) => {
    const edge = 1 + Math.floor(Math.max(h, w) / 16), [t, l] = [Math.max(top - edge, 0), Math.max(left - edge, 0)];
    const place = [t, l, Math.min(top + h + edge, ink.height) - t, Math.min(left + w + edge, ink.width) - l];
    const part = cut(ink, place), whose = cut({ ...ink, values: labels }, place), far = steps(whose, (n) => n !== number);
    const full = quantile(part.values.filter((_, i) => whose.values[i] === number), 0.9);
    return from(part, (i) => {
      const share = part.values[i] / full, near = far[i] <= edge && [0, number].includes(whose.values[i]);
      return near && share > 0.1 ? Math.min(share, 1) : 0;
    });
  };
  const thickEnough = (ink) => {
    const depth = distance(pad(ink, 1), (value) => value > 0.5), mean = sum(depth) / depth.filter((d) => d > 0).length;
    const lacking = Math.trunc(THINNEST * longest(ink) - (4 * mean - 2));
    return lacking > 0 ? dilate(pad(ink, lacking), 1 + lacking) : ink;
  };

  const oddness = (X, boxes, under) => {
    const size = boxes.length ? median(boxes.map((box) => box[2])) : 0, wide = boxes.filter(([, , h, w]) => w > 0.4 * h).map((box) => box[3]);
    const usual = wide.length > 2 ? median(wide) : Infinity;
    const said = {
      "cut off by the edge": (box) => atEdge(box, under),
      "too wide: two that touch?": ([, , h, w]) => w > Math.max(1.4 * h, 1.1 * size) || w > 1.6 * usual,
      "too tall": (box) => box[2] > 2 * size,
      "a blot": (box, x) => isBlot(image(28, 28, x), cut(under, box).values),
      "with a neck: two that touch?": (_, x) => hasNeck(image(28, 28, x)),
    };
    const marks = boxes.map((box, i) => Object.keys(said).find((mark) => said[mark](box, X[i])) ?? "");
    return marks.filter((mark) => !mark).length >= marks.length / 4 ? marks : marks.map((mark) => mark || "alone among odd things");
  };
  const isBlot = (x, paper) => {
    const wide = pad(x, 1), holes = label(from(wide, (i) => wide.values[i] <= 0.3), 0.5).boxes.length - 1;
    const [dark, light] = extremes(paper);
    return dark < 0.6 * light || holes > 3 || Math.max(...distance(wide, (value) => value > 0.5)) > 5.5;
  };
  const hasNeck = (x) => {
    const box = label(x, 0.3).boxes.reduce(around, [14, 14, 0, 0]), [, , height, width] = box;
    const strokes = cut(x, box).values.map((value) => value > 0.3);
    const high = (first, end) => {
      const rows = range(height).filter((r) => strokes.subarray(r * width + first, r * width + end).includes(1));
      return rows[rows.length - 1] - rows[0] + 1 >= 0.8 * height;
    };
    return width >= 0.6 * height && range(width).slice(Math.ceil(width / 4), width - Math.floor(width / 4)).some((c) => {
      const inked = range(height, (r) => strokes[r * width + c]), crossed = inked.filter((value, r) => value && !inked[r - 1]).length;
      return crossed <= 1 && sum(inked) <= 0.3 * height && high(0, c) && high(c + 1, width);
    });
  };
  const reason = (grey, ink) => {
    if (extremes(grey.values)[1] < DARKEST) return "it is too dark";
    return extremes(ink.values)[1] > 2 * FAINTEST ? "nothing on it looks like written digits" : "there is no ink on it";
  };

  const reading = (p, mark) => {
    const [first, second] = range(10).sort((j, k) => p[k] - p[j]);
    if (mark) return `? ${mark}`;
    const share = `${Math.floor(100 * p[first])} %`;    // rounded down: 100 % would be too much to say
    return p[first] >= SURE ? `${first} ${share}` : `${first}? ${share}, or ${second}`;
  };

  return Object.assign(findDigits, { shades, reading });
})();
