/* What scrolls sideways can be reached with the Tab key and scrolled with the
   arrows. Whether it scrolls depends on the width of the window, on the size of
   the letters and on what is unfolded, so it is asked whenever a size changes. */
(() => {
  const BOXES = ".bd-article :is(pre, .pst-scrollable-table-container, .cell_output .output.text_html, mjx-container[display], span.math)";

  const settle = (box) => {
    const leans = box.matches("span.math") ? 4 : 0;  // slanted letters lean out of their line by a little
    const scrolls = box.scrollWidth > box.clientWidth + leans;
    box.classList.toggle("scrolls", scrolls);
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };

  const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => settle(target)));
  const watch = () => document.querySelectorAll(BOXES).forEach((box) => sizes.observe(box));

  watch();
  window.addEventListener("load", () => (window.MathJax?.startup?.promise ?? Promise.resolve()).then(watch));
})();
