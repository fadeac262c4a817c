/* Needs: live.js, pixels.js, maths.js, network.js */
/* Training in the page: a fresh network, 5,000 digits in batches, 1,000 others to judge it.

   The digits are a script of their own, loaded when they are asked for. The work is done in slices of a
   fiftieth of a second between the browser's own, so the page does not freeze; a hidden page rests. */
Live.trainer = (() => {
  const TRAINED = 5000, JUDGED = 1000, SLICE = 20;  // images, images, milliseconds

  const load = () => new Promise((done, failed) => {
    if (Live.digits) return done();
    const folder = document.querySelector('script[src*="/live/live.js"]').src.replace(/live\.js.*$/, "");
    const script = Live.element("script", { src: `${folder}mnist-digits.js`, onload: done });
    script.onerror = () => failed(new Error("the training digits did not arrive"));
    document.head.append(script);
  });

  /* All digits as bytes, unpacked once: {X, y}. */
  let unpacked;
  const digits = () => (unpacked ??= load().then(async () => {
    const packed = new Blob([Live.pixels.decode(Live.digits, Uint8Array)]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    const n = TRAINED + JUDGED;
    if (bytes.length !== 785 * n) throw new Error("the training digits are not whole");
    return { X: bytes.subarray(0, 784 * n), y: bytes.subarray(784 * n) };
  }).catch((error) => { unpacked = undefined; throw error; }));

  class Trainer {
    constructor({ X, y }, seed) {
      Object.assign(this, { X, y, random: Live.maths.random(seed), epochs: 0, curve: [], order: [] });
      this.network = Live.network.fresh([784, 30, 10], this.random.normal);
      this.judge();
    }

    /* Train until the slice of time is over, and judge at each quarter of an epoch. Return whether there is more to do. */
    slice({ lr, batchSize, until }) {
      const end = performance.now() + SLICE;
      const more = () => !this.broken && this.epochs < until;
      while (performance.now() < end && more()) this.batch(lr, batchSize);
      return more();
    }

    batch(lr, batchSize) {
      if (!this.order.length) this.order = this.random.permutation(TRAINED);
      const rows = this.order.splice(0, batchSize);
      const quarter = Math.floor(4 * this.epochs);
      this.broken = !Number.isFinite(this.network.step(this.X, this.y, rows, lr, 1 / 255));
      this.epochs = Math.round(TRAINED * this.epochs + rows.length) / TRAINED;
      if (Math.floor(4 * this.epochs) > quarter) this.judge();
    }

    /* Of the other images: the share read right; and the hidden neurons that respond to none of them. */
    judge() {
      const alive = new Set();
      let right = 0;
      for (let n = TRAINED; n < TRAINED + JUDGED; n++) {
        const { a, p } = this.network.read(Float32Array.from(this.X.subarray(784 * n, 784 * n + 784), (pixel) => pixel / 255));
        a.forEach((value, j) => { if (value > 0) alive.add(j); });
        right += p.indexOf(Math.max(...p)) === this.y[n];
      }
      this.accuracy = right / JUDGED;
      this.dead = this.network.sizes[1] - alive.size;
      this.curve.push([this.epochs, this.accuracy]);
    }
  }

  return { digits, Trainer };
})();
