/* Needs: live.js */
/* What a reading of a photograph does with images: of SciPy and Pillow, what the package's handwriting.py calls.

   An image is {values, width, height}, row by row; a box is [top, left, height, width]. */
Live.images = (() => {
  const { range } = Live;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const image = (width, height, values = new Float32Array(width * height)) => ({ values, width, height });
  const longest = ({ width, height }) => Math.max(width, height);

  /* An image of the same size (that of like): its pixel i is f(i). */
  const from = (like, f) => {
    const made = image(like.width, like.height);
    for (let i = 0; i < made.values.length; i++) made.values[i] = f(i);
    return made;
  };
  const cut = ({ values, width }, [top, left, h, w]) =>
    from({ width: w, height: h }, (i) => values[width * (top + Math.floor(i / w)) + left + (i % w)]);
  const pad = ({ values, width, height }, n) => {
    const made = image(width + 2 * n, height + 2 * n);
    for (let r = 0; r < height; r++) made.values.set(values.subarray(width * r, width * (r + 1)), made.width * (r + n) + n);
    return made;
  };
  const around = (one, other) => {
    const [top, left] = [0, 1].map((axis) => Math.min(one[axis], other[axis]));
    return [top, left, ...[0, 1].map((axis) => Math.max(one[axis] + one[axis + 2], other[axis] + other[axis + 2]) - [top, left][axis])];
  };

  const extremes = (values) => {
    let least = Infinity, most = -Infinity;
    for (let i = 0; i < values.length; i++) {
      if (values[i] < least) least = values[i];
      if (values[i] > most) most = values[i];
    }
    return [least, most];
  };
  /* Without sorting them all: the values on the wrong side of a pivot change places, until the one at low is in its own. */
  const quantile = (values, q) => {
    const all = Float32Array.from(values), at = q * (all.length - 1), low = Math.floor(at);
    for (let first = 0, last = all.length - 1; first < last; ) {
      const pivot = all[(first + last) >> 1];
      let [i, j] = [first, last];
      while (i <= j) {
        while (all[i] < pivot) i++;
        while (all[j] > pivot) j--;
        if (i > j) break;
        const value = all[i];
        all[i++] = all[j];
        all[j--] = value;
      }
      if (low <= j) last = j;
      else if (low >= i) first = i;
      else break;
    }
    const next = at > low ? all.subarray(low + 1).reduce((a, b) => Math.min(a, b)) : all[low];
    return all[low] + (at - low) * (next - all[low]);
  };
  const median = (values) => quantile(values, 0.5);

  /* n x n pixels become one, their mean. */
  const reduce = (picture, n) => {
    const { values, width, height } = picture;
    if (n === 1) return picture;
    const made = image(Math.ceil(width / n), Math.ceil(height / n)), w = made.width;
    for (let r = 0, i = 0; r < height; r++) {
      const row = w * Math.floor(r / n);
      for (let c = 0; c < width; c++, i++) made.values[row + Math.floor(c / n)] += values[i];
    }
    return from(made, (i) => made.values[i] / (Math.min(n, width - n * (i % w)) * Math.min(n, height - n * Math.floor(i / w))));
  };

  /* As large as another image, and smooth between its pixels. */
  const enlarge = (small, { width, height }) => {
    const places = (n, length) => range(n, (i) => {
      const at = Math.min(length - 1, Math.max(0, ((i + 0.5) * length) / n - 0.5)), low = Math.floor(at);
      return [low, Math.min(low + 1, length - 1), at - low];
    });
    const [rows, columns] = [places(height, small.height), places(width, small.width)];
    const between = (values, one, other, part) => values[one] + part * (values[other] - values[one]);
    const wide = from({ width, height: small.height }, (i) => {
      const [low, high, part] = columns[i % width], start = small.width * Math.floor(i / width);
      return between(small.values, start + low, start + high, part);
    });
    return from({ width, height }, (i) => {
      const [low, high, part] = rows[Math.floor(i / width)], c = i % width;
      return between(wide.values, width * low + c, width * high + c, part);
    });
  };

  /* Let f(line, made) make of each column a new one, and then of each row. */
  const separably = ({ values, width, height }, f) => {
    const result = Float32Array.from(values);
    for (const [n, length, start, step] of [[width, height, 1, width], [height, width, width, 1]]) {
      const line = new Float32Array(length), made = new Float32Array(length);
      for (let i = 0; i < n; i++) {
        for (let k = 0, at = i * start; k < length; k++, at += step) line[k] = result[at];
        f(line, made);
        for (let k = 0, at = i * start; k < length; k++, at += step) result[at] = made[k];
      }
    }
    return image(width, height, result);
  };

  const gaussian = (picture, sigma) => {
    const radius = Math.floor(4 * sigma + 0.5);
    const bell = Float64Array.from(range(2 * radius + 1), (k) => Math.exp(-0.5 * ((k - radius) / sigma) ** 2));
    const weights = bell.map((value) => value / sum(bell));
    const wide = new Float64Array(longest(picture) + 2 * radius);
    return separably(picture, (line, made) => {
      const n = line.length;
      wide.set(line, radius);
      for (let k = 1; k <= radius; k++) {               // beyond its ends a line goes on as in a mirror, and so again
        const turn = (k - 1) % (2 * n), mirrored = turn < n ? turn : 2 * n - 1 - turn;
        wide[radius - k] = line[mirrored];
        wide[radius + n - 1 + k] = line[n - 1 - mirrored];
      }
      for (let k = 0; k < n; k++) {
        let value = 0;
        for (let j = 0; j < weights.length; j++) value += weights[j] * wide[k + j];
        made[k] = value;
      }
    });
  };

  /* The lightest pixel of the square, size x size, around each; with sign -1 the darkest. */
  const dilate = (picture, size, sign = 1) => separably(picture, (line, made) => {
    for (let k = 0; k < line.length; k++) {
      const first = Math.max(0, k - (size >> 1)), end = Math.min(line.length, k - (size >> 1) + size);
      let most = line[first];
      for (let j = first + 1; j < end; j++) if (sign * line[j] > sign * most) most = line[j];
      made[k] = most;
    }
  });
  const close = (picture, size) => dilate(dilate(picture, size), size, -1);

  /* How far each pixel that is inside, says a test of its value, is from the nearest that is not. */
  const distance = (picture, inside) =>
    separably(from(picture, (i) => (inside(picture.values[i]) ? Infinity : 0)), (line, made) => {
      for (let k = 0; k < line.length; k++) {
        let least = line[k];
        for (let d = 1; d * d < least && d < line.length; d++) {
          if (k >= d) least = Math.min(least, line[k - d] + d * d);
          if (k + d < line.length) least = Math.min(least, line[k + d] + d * d);
        }
        made[k] = least;
      }
    }).values.map(Math.sqrt);

  /* The same in steps along rows and columns. */
  const steps = (picture, inside) =>
    separably(from(picture, (i) => (inside(picture.values[i]) ? Infinity : 0)), (line, made) => {
      made.set(line);
      for (let k = 1; k < line.length; k++) made[k] = Math.min(made[k], made[k - 1] + 1);
      for (let k = line.length - 2; k >= 0; k--) made[k] = Math.min(made[k], made[k + 1] + 1);
    }).values;

  /* The connected pieces of what is above a level, corners included, numbered from 1 as one meets them. */
  const label = ({ values, width, height }, level) => {
    const labels = new Int32Array(width * height), parents = [0], numbers = [0], areas = [], boxes = [];
    const root = (n) => { while (parents[n] !== n) n = parents[n]; return n; };
    for (let r = 0, i = 0; r < height; r++) for (let c = 0; c < width; c++, i++) {
      if (!(values[i] > level)) continue;
      let own = c && labels[i - 1];
      for (let k = r && c ? -1 : 0; k <= (c < width - 1 ? 1 : 0); k++) {
        const other = r && labels[i - width + k];
        if (!other || other === own) continue;
        const one = root(other), two = root(own || other);
        parents[Math.max(one, two)] = own = Math.min(one, two);
      }
      labels[i] = own || parents.push(parents.length) - 1;
    }
    for (let n = 1, k = 0; n < parents.length; n++) numbers[n] = parents[n] === n ? ++k : numbers[parents[n]];
    for (let r = 0, i = 0; r < height; r++) for (let c = 0; c < width; c++, i++) {
      if (!labels[i]) continue;
      const n = (labels[i] = numbers[labels[i]]) - 1, box = (boxes[n] ??= [r, c, 1, 1]);
      areas[n] = (areas[n] ?? 0) + 1;
      box[2] = r - box[0] + 1;
      const end = Math.max(box[1] + box[3], c + 1);
      box[1] = Math.min(box[1], c);
      box[3] = end - box[1];
    }
    return { labels, areas, boxes };
  };

  return { sum, extremes, quantile, median, image, longest, from, cut, pad, around, reduce, enlarge, gaussian, dilate, close, distance, steps, label };
})();
