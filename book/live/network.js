/* Needs: live.js */
/* A network of one hidden layer, as in the chapters: ReLU, softmax, cross-entropy, rows are images.

   All arrays are float32, laid out as NumPy's are. White pixels add nothing, so forward and backward
   skip them: a digit is four fifths white. */
Live.network = (() => {
  class Network {
    /* params: [W1, b1, W2, b2] as in network.params; sizes: [784, 30, 10]. */
    constructor(sizes, params) {
      this.sizes = sizes;
      this.params = params.map((values) => Float32Array.from(values));
    }

    /* He's start, as in mlp(): normal weights with variance 2 / n_in, biases of zero. */
    static fresh(sizes, normal) {
      const [D, H, K] = sizes;
      const draw = (n, spread) => Float32Array.from({ length: n }, () => spread * normal());
      return new Network(sizes, [draw(D * H, Math.sqrt(2 / D)), new Float32Array(H), draw(H * K, Math.sqrt(2 / H)), new Float32Array(K)]);
    }

    /* One image's hidden activations and probabilities. */
    read(x) {
      const [D, H, K] = this.sizes;
      const [W1, b1, W2, b2] = this.params;
      const a = Float32Array.from(b1);
      for (let i = 0; i < D; i++) if (x[i] !== 0) for (let j = 0; j < H; j++) a[j] += x[i] * W1[i * H + j];
      for (let j = 0; j < H; j++) if (!(a[j] > 0)) a[j] = 0;
      const p = Float32Array.from(b2);
      for (let j = 0; j < H; j++) if (a[j] !== 0) for (let k = 0; k < K; k++) p[k] += a[j] * W2[j * K + k];
      let most = -Infinity, total = 0;
      for (let k = 0; k < K; k++) most = Math.max(most, p[k]);
      for (let k = 0; k < K; k++) total += (p[k] = Math.exp(p[k] - most));
      for (let k = 0; k < K; k++) p[k] /= total;
      return { a, p };
    }

    /* One step down the mean gradient of a batch: rows of X (bytes or floats, times scale) and their labels. */
    step(X, y, rows, lr, scale = 1) {
      const [D, H, K] = this.sizes;
      const [W1, b1, W2, b2] = this.params;
      const x = new Float32Array(D);
      const changes = this.changes ??= this.params.map((values) => new Float32Array(values.length));
      const [dW1, db1, dW2, db2] = changes;
      for (const values of changes) values.fill(0);
      const dZ = new Float32Array(H);
      let loss = 0;
      for (const row of rows) {
        for (let i = 0; i < D; i++) x[i] = X[row * D + i] * scale;
        const { a, p } = this.read(x);
        loss -= Math.log(Math.max(p[y[row]], 1e-30)) / rows.length;
        p[y[row]] -= 1;                                        // P - Y
        for (let k = 0; k < K; k++) db2[k] += (p[k] /= rows.length);
        for (let j = 0; j < H; j++) {
          let sum = 0;
          if (a[j] > 0) for (let k = 0; k < K; k++) {
            dW2[j * K + k] += a[j] * p[k];
            sum += p[k] * W2[j * K + k];
          }
          db1[j] += (dZ[j] = sum);                             // ReLU: 0 where it is off
        }
        for (let i = 0; i < D; i++) if (x[i] !== 0) for (let j = 0; j < H; j++) dW1[i * H + j] += x[i] * dZ[j];
      }
      this.params.forEach((values, n) => { for (let i = 0; i < values.length; i++) values[i] -= lr * changes[n][i]; });
      return loss;
    }
  }
  return Network;
})();
