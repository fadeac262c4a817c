/* Needs: live.js, plot.js */
/* Arrays as tables of their numbers, placed in a grid.

   Live.cells(view, {label, height}) makes a drawing; .draw([{name, values, at: [row, column], colour, lit, bold,
   chosen}, ...]) draws arrays below their names, with a frame around the entries for which lit(i, k) is true, in
   bold those of bold(i, k); chosen(i, k) hears of a press on an entry. */
Live.cells = (() => {
  const { element } = Live;
  const written = (x) => Live.printed(+x.toPrecision(6));
  const factor = (x) => (x < 0 ? `(${written(x)})` : written(x));
  const width = "min(34px, 9vw)";

  const cells = (view, { label, height }) => {
    const grid = element("div", { role: "img", ariaLabel: label,
      style: `display: grid; gap: 4px 1.2rem; place-content: start; font-size: 13px; line-height: 1.4; min-height: ${height}px` });
    view.drawing.append(grid);

    const table = ({ name, values, at, colour, lit, bold, chosen }) => {
      const paint = Live.plot.colour(colour);
      const frame = `2px ${colour === "backward" ? "dashed" : "solid"} ${paint}; background: color-mix(in srgb, ${paint} 20%, transparent)`;
      const entries = values.flatMap((row, i) => row.map((value, k) => element("span", {
        style: `line-height: ${width}; outline: ${lit?.(i, k) ? frame : "1px solid var(--live-neutral)"}; font-weight: ${bold?.(i, k) ? 700 : 400}`,
        onclick: () => { chosen?.(i, k); view.update(); },
      }, written(value))));
      const across = `repeat(${values[0].length}, ${width})`;
      return element("div", { style: `grid-area: ${at.join(" / ")}` }, name,
        element("div", { style: `display: grid; gap: 4px; grid-template-columns: ${across}; text-align: center` }, ...entries));
    };
    return { draw: (arrays) => grid.replaceChildren(...arrays.map(table)) };
  };
  return Object.assign(cells, { written, factor });
})();
