/* Needs: live.js */
/* The book's functions, as the chapters name them; on arrays of numbers. */
Live.maths = (() => {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const mean = (values) => sum(values) / values.length;
  const variance = (values) => sum(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1);
  const softmax = (z) => {
    const most = Math.max(...z);
    const exponentials = z.map((score) => Math.exp(score - most));
    return exponentials.map((e) => e / sum(exponentials));
  };
  const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  const logSumExp = (z) => Math.max(...z) + Math.log(sum(z.map((score) => Math.exp(score - Math.max(...z)))));

  /* Random numbers of one seed (mulberry32, by Tommy Ettinger), and normal ones by Box and Muller's method. */
  const random = (seed) => {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const permutation = (n) => {
      const order = Live.range(n, (i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    };
    return { uniform, normal, permutation };
  };
  return { sum, mean, variance, softmax, sigmoid, logSumExp, random };
})();
